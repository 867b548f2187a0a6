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
  bool is_older_than(const Scope& other) const { return number_ < other.number_; }

 private:
  Scope(std::uint64_t number, bool pushes) : pushes_(pushes), number_(number) {}

  std::atomic<bool> is_open_{true};
  const bool pushes_;
  std::uint64_t number_;
};

}  // namespace wg
