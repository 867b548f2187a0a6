/// Copies from and stores in parts of arrays that indices name.
#pragma once

#include <span>

#include "core/view.h"
#include "core/work.h"

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
  Dims behind_strides;
  std::span<const std::int64_t> offsets;  // in the workspace, or an index array that is as good
  std::span<std::int64_t> front_offsets;  // in the workspace

  Shape shape() const;  // of what is gathered
};

/// The part of an array of `layout` that index arrays of int64 name, one for each negative axis.
Indexed indexed(const Layout& layout, std::span<const View> indices, const Dims& axes,
                std::int64_t behind, BadIndex& bad, Workspace& work);
/// Room for its offsets.
void add_indexed(const Layout& layout, std::span<const View> indices, const Dims& axes,
                 std::int64_t behind, Work& work);

/// The elements of the part, dense.
void gather(const View& x, const Indexed& part, const View& out);

/// What becomes of an element and its update.
enum class Store : std::uint8_t { add, set };

/// Stores an update, which broadcasts to the part, in the part of an array, in order.
void store_at(Store how, const View& base, const Indexed& part, const View& update);

/// Which of the places that index arrays of int64 name, of an array of these lengths, are named
/// last.
BadIndex last_at(std::span<const View> indices, const Dims& lengths, const View& out,
                 Workspace& work);
/// Room for `count` places and for what was seen of them.
void add_last_at(std::int64_t count, const Dims& lengths, Work& work);

/// Stores `update` in elements of its dtype that are `strides` apart; it broadcasts to `shape`.
void store_strided(Store how, std::byte* to, std::span<const std::int64_t> shape,
                   const Dims& strides, const View& update);

}  // namespace wg::kernels
