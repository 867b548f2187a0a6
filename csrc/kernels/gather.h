/// Copies from and stores in parts of arrays that indices name.
#pragma once

#include <span>
#include <vector>

#include "core/array.h"

namespace wg::kernels {

/// An index that lies outside its axis: which index array, and its value.
struct BadIndex {
  int operand = -1;
  std::int64_t value = 0;
};

/// An array seen as kept axes in front, a block of indexed elements, and kept axes behind: the
/// block's offsets, in elements, stand for all the indexed axes.
struct Indexed {
  Shape front, block, behind;
  Dims front_strides, behind_strides;
  std::vector<std::int64_t> offsets;

  Shape shape() const;  // of what is gathered
};

/// The part of an array of `layout` that index arrays of integers name, one for each negative axis.
Indexed indexed(const Layout& layout, std::span<const Array> indices, const Dims& axes,
                std::int64_t behind, BadIndex& bad);

/// The elements of the part, dense.
Array gather(const Array& x, const Indexed& part);

/// What becomes of an element and its update.
enum class Store : std::uint8_t { add, set };

/// Stores an update, which broadcasts to the part, in the part of an array, in order.
void store_at(Store how, Array& base, const Indexed& part, const Array& update);

/// Stores `update`, of the same dtype, in elements that are `strides` apart; it broadcasts to
/// `shape`.
void store_strided(Store how, DType dtype, std::byte* to, std::span<const std::int64_t> shape,
                   const Dims& strides, const Array& update);

}  // namespace wg::kernels
