/// Basic indices taken apart into one item for each axis: joined, and compared.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "core/dims.h"

namespace wg::simplify {

/// Elements of an axis: `count` from `start` on, `step` apart; of an integer, one.
struct Run {
  std::int64_t start, count, step;
  bool is_integer;

  std::int64_t last() const { return start + (count - 1) * step; }
  bool is_whole(std::int64_t n) const {
    return !is_integer && start == 0 && count == n && step == 1;
  }
};

/// A run for each axis.
class Runs {
 public:
  static constexpr std::size_t most = 6;

  void push_back(const Run& run) { runs_[size_++] = run; }
  std::size_t size() const { return size_; }
  const Run& operator[](std::size_t k) const { return runs_[k]; }

 private:
  std::size_t size_ = 0;
  std::array<Run, most> runs_;
};

/// What a basic index takes of each axis of x; nothing if it adds an axis, or x has many.
std::optional<Runs> runs_of(const Dims& index, std::span<const std::int64_t> x);

/// Whether the index takes every element, in the axes that there are.
bool takes_whole(const Dims& index, std::span<const std::int64_t> x);

/// Whether two parts have no element in common; false where that cannot be seen axis by axis.
bool are_apart(const Runs& a, const Runs& b);

/// The index by which x[inner][outer] is taken of x at once; nothing where there is none. `y` is
/// the shape of x[inner].
std::optional<Dims> joined_index(const Dims& inner, const Dims& outer,
                                 std::span<const std::int64_t> x, std::span<const std::int64_t> y);

}  // namespace wg::simplify
