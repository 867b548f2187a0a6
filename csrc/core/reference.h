/// Intrusive reference counts: an object that counts its own owners, and the handle that owns.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace wg {

/// Base of counted objects. Counts are atomic: kernels and sweeps run without Python's lock.
class Counted {
 public:
  void retain() const noexcept { owners_.fetch_add(1, std::memory_order_relaxed); }

  /// True when the caller dropped the last reference and must destroy the object.
  [[nodiscard]] bool drop() const noexcept {
    // A sole owner needs no read-modify-write: nobody else can be taking a reference.
    if (owners_.load(std::memory_order_acquire) == 1) return true;
    return owners_.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  bool is_shared() const noexcept { return owners_.load(std::memory_order_acquire) != 1; }

 private:
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
