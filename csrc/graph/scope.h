/// A transform while its function runs: what it depends on is tracked until the scope closes.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/reference.h"

namespace wg {

class Scope : public Counted {
 public:
  /// `pushes`: tangents go on as operations are recorded, and operations are let go.
  static Ref<Scope> open(bool pushes = false);
  /// The scope of leaves that require a gradient: the oldest of all, and never closed.
  static Scope& always();
  static void release(Scope* scope) noexcept {
    if (scope->drop()) delete scope;
  }

  bool is_open() const { return is_open_.load(std::memory_order_relaxed); }
  void close() { is_open_.store(false, std::memory_order_relaxed); }
  bool pushes() const { return pushes_; }
  /// The depth of the trace whose values may be used, as constants, where nothing follows them:
  /// they are those of one call. 0: none.
  unsigned leaving_depth() const { return leaving_depth_; }
  void let_leave(unsigned depth) { leaving_depth_ = depth; }
  /// Whether some of the leaves are differentiated.
  bool is_differentiated() const { return is_differentiated_; }
  void set_differentiated() { is_differentiated_ = true; }
  void note_use_outside() { was_used_outside_ |= is_open(); }
  bool was_used_outside() const { return was_used_outside_; }
  bool is_older_than(const Scope& other) const { return number_ < other.number_; }

 private:
  Scope(std::uint64_t number, bool pushes) : pushes_(pushes), number_(number) {}

  std::atomic<bool> is_open_{true};
  const bool pushes_;
  // Of the leaves of a trace; under the host's lock.
  unsigned leaving_depth_ = 0;
  bool was_used_outside_ = false;
  bool is_differentiated_ = false;
  std::uint64_t number_;
};

}  // namespace wg
