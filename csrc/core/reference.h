/// Intrusive reference counts: an object that counts its own owners, and the handle that owns.
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>
#include <utility>

namespace wg {

/// This thread has given the host's lock up.
inline thread_local constinit bool is_unlocked = false;

/// Base of counted objects. Counts change only under the host's lock (core/host.h): work that has
/// given the lock up reads and writes memory that its caller owns, and counts nothing. So a count
/// is a plain addition where an atomic one would cost more than the rest of a small operation; the
/// atomic type makes reading it from anywhere well defined.
class Counted {
 public:
  void retain() const noexcept { set(owners() + 1); }

  /// True when the caller dropped the last reference and must destroy the object.
  [[nodiscard]] bool drop() const noexcept {
    const std::uint32_t left = owners() - 1;
    set(left);
    return left == 0;
  }

  bool is_shared() const noexcept { return owners() != 1; }

 private:
  std::uint32_t owners() const noexcept { return owners_.load(std::memory_order_relaxed); }
  void set(std::uint32_t count) const noexcept {
    assert(!is_unlocked);
    owners_.store(count, std::memory_order_relaxed);
  }

  mutable std::atomic<std::uint32_t> owners_{1};
};

/// Owns one reference to a `T`, which has `retain()` and a static `release(T*)`.
template <class T> class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  Ref(const Ref& other) noexcept : target_(other.target_) {
    if (target_) target_->retain();
  }
  Ref(Ref&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(target_, other.target_);
    return *this;
  }
  ~Ref() {
    if (target_) T::release(target_);
  }

  /// Takes over a reference that the caller owns.
  static Ref adopt(T* target) noexcept {
    Ref ref;
    ref.target_ = target;
    return ref;
  }
  /// Adds a reference to one that somebody else owns.
  static Ref share(T* target) noexcept {
    if (target) target->retain();
    return adopt(target);
  }

  T* operator->() const noexcept { return target_; }
  T& operator*() const noexcept { return *target_; }
  T* pointer() const noexcept { return target_; }
  T* detach() noexcept { return std::exchange(target_, nullptr); }
  explicit operator bool() const noexcept { return target_ != nullptr; }
  friend bool operator==(const Ref&, const Ref&) = default;

 private:
  T* target_ = nullptr;
};

}  // namespace wg
