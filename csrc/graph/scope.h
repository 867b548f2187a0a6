/// A transform while its function runs: what it depends on is tracked until the scope closes.
#pragma once

#include <atomic>
#include <cstdint>

#include "core/reference.h"

namespace wg {

class Scope : public Counted {
 public:
  static Ref<Scope> open();
  /// The scope of leaves that require a gradient: the oldest of all, and never closed.
  static Scope& always();
  static void release(Scope* scope) noexcept {
    if (scope->drop()) delete scope;
  }

  bool is_open() const { return is_open_.load(std::memory_order_relaxed); }
  void close() { is_open_.store(false, std::memory_order_relaxed); }
  bool is_older_than(const Scope& other) const { return number_ < other.number_; }

 private:
  explicit Scope(std::uint64_t number) : number_(number) {}

  std::atomic<bool> is_open_{true};
  std::uint64_t number_;
};

}  // namespace wg
