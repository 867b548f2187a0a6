/// What the program around the core offers: a lock to give up during long work, interrupts, and
/// Fourier transforms.
#pragma once

#include <cstdint>

#include "core/reference.h"

namespace wg {

struct LineTransforms;

struct Host {
  void* (*unlock)() = nullptr;  // gives the lock up; null if this thread does not hold it
  void (*relock)(void* state) = nullptr;
  void (*poll)() = nullptr;  // throws when the user interrupts
  // Whether what runs now is in a block of this kind that was opened after so many others.
  bool (*is_untracked)(std::uint64_t opened) = nullptr;
  // core/fourier.h; takes the lock for itself. y may be x.
  void (*fourier)(const LineTransforms& lines) = nullptr;
};

/// Set once, when the bindings load.
Host& host();

/// Keeps the host's lock while it lives, whatever the work: other threads must not see what goes
/// on.
class LockKept {
 public:
  LockKept() { ++depth; }
  ~LockKept() { --depth; }
  LockKept(const LockKept&) = delete;
  LockKept& operator=(const LockKept&) = delete;

  static bool is_kept() { return depth > 0; }

 private:
  static inline thread_local constinit int depth = 0;
};

/// Gives the host's lock up while it lives, if the work is worth it. Nothing is counted meanwhile.
class Unlocked {
 public:
  /// `cost` is in nanoseconds, roughly; below `threshold` nothing happens.
  explicit Unlocked(std::int64_t cost) {
    if (cost < threshold || LockKept::is_kept() || !host().unlock) return;
    state_ = host().unlock();
    if (state_) is_unlocked = true;
  }
  ~Unlocked() {
    if (!state_) return;
    is_unlocked = false;
    host().relock(state_);
  }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

  static constexpr std::int64_t threshold = 20'000;

 private:
  void* state_ = nullptr;
};

/// Gives the user a chance to interrupt a long sweep.
inline void poll_host() {
  if (host().poll) host().poll();
}

}  // namespace wg
