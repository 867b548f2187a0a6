#include "tape/plan/tile_columns.h"

#include <algorithm>

#include "core/layout.h"

namespace wg {
namespace {

constexpr std::int64_t largest = 4096;               // elements of a tile, or somewhat more
constexpr std::int64_t narrowest = 8, widest = 512;  // columns of a block
constexpr std::int64_t few =
    16;  // where rows are neighbours, so that each column is read as a stream
constexpr std::int64_t longest_whole = 1024;  // columns that are one where they have no divisor

/// The last axis that has more than one element, and how many are one with those before it.
struct LastAxis {
  int first;  // of the axes that are joined
  int last;
  std::int64_t length = 1;
};

LastAxis joined_last(std::span<const std::int64_t> shape, const std::vector<Dims>& arrays,
                     int end) {
  const auto length = [&](int axis) { return shape[static_cast<std::size_t>(axis)]; };
  int last = static_cast<int>(shape.size()) - 1;
  while (length(last) == 1) --last;
  LastAxis found{last, last, length(last)};
  for (int axis = last - 1; axis >= end; --axis) {
    const auto goes_on = [&](const Dims& own) { return own[axis] == own[last] * found.length; };
    if (length(axis) != 1 && !std::ranges::all_of(arrays, goes_on)) break;
    found.length *= length(axis);
    found.first = axis;
  }
  return found;
}

std::int64_t block_of(std::int64_t length, std::int64_t rows, bool are_side_by_side = false) {
  const std::int64_t most =
      are_side_by_side ? few
                       : std::clamp(largest / std::min<std::int64_t>(rows, 64), narrowest, widest);
  std::int64_t columns = std::min(length, most);
  while (length % columns != 0) --columns;
  return columns < narrowest && length <= longest_whole ? length : columns;
}

}  // namespace

std::int64_t columns_at_once(std::span<const std::int64_t> shape, int folded) {
  const auto last =
      std::ranges::find_if(shape.rbegin(), shape.rend(), [](std::int64_t n) { return n != 1; });
  const std::int64_t columns = block_of(*last, shape[static_cast<std::size_t>(folded)]);
  return columns < narrowest ? 0 : columns;
}

TileColumns::TileColumns(std::span<const std::int64_t> given, const std::vector<Dims>& arrays,
                         int folded, int end) {
  const LastAxis own = joined_last(given, arrays, end);
  const std::int64_t rows = given[static_cast<std::size_t>(folded)];
  const bool are_side_by_side = std::ranges::any_of(
      arrays, [&](const Dims& array) { return array[folded] == 1 && array[own.last] > 1; });
  const std::int64_t columns = block_of(own.length, rows, are_side_by_side);
  Dims kept;  // axes
  for (int axis = 0; axis < own.first; ++axis) {
    if (axis < folded || axis >= end) kept.push_back(axis);
  }
  for (const std::int64_t axis : kept) shape.push_back(given[static_cast<std::size_t>(axis)]);
  shape.push_back(own.length / columns);
  shape.push_back(rows);
  shape.push_back(columns);
  for (const Dims& array : arrays) {
    Dims steps;
    for (const std::int64_t axis : kept) steps.push_back(array[static_cast<int>(axis)]);
    steps.push_back(array[own.last] * columns);
    steps.push_back(array[folded]);
    steps.push_back(array[own.last]);
    strides.push_back(std::move(steps));
  }
  Dims apart(shape.size(), 0);
  apart[shape.size() - 2] = 1;
  strides.push_back(std::move(apart));
}

}  // namespace wg
