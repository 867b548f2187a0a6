/// Folds of rows that are cut into columns: a tile has some columns of some rows.
#pragma once

#include <span>
#include <vector>

#include "core/dims.h"

namespace wg {

/// How many elements of the last axis a tile has that folds an axis of the shape; 0: they cannot be
/// cut so that tiles are worth it.
std::int64_t columns_at_once(std::span<const std::int64_t> shape, int folded);

/// The axes of arrays anew: those that are kept, with blocks of columns the last of them, then the
/// rows, then the columns of a block. Behind the strides of the arrays are some that keep rows from
/// being joined with the axes around.
struct TileColumns {
  Dims shape;
  std::vector<Dims> strides;

  TileColumns() = default;
  TileColumns(std::span<const std::int64_t> given, const std::vector<Dims>& arrays, int folded,
              int end);
};

}  // namespace wg
