/// Basic indexing: what stands between the brackets of x[i, a:b:s, None], and the part of x it
/// names.
#pragma once

#include <span>

#include "core/array.h"

namespace wg {

/// Items of an index, from the first axis on, written one after another into a list of numbers,
/// which is a parameter. Axes behind the last item are taken whole.
namespace basic_index {

enum Kind : std::int64_t { integer, slice, whole, newaxis };

inline void add_integer(Dims& index, std::int64_t i) {
  index.push_back(integer);
  index.push_back(i);
}
/// `count` elements from `start` on, `step` apart: as PySlice_AdjustIndices gives them.
inline void add_slice(Dims& index, std::int64_t start, std::int64_t count, std::int64_t step) {
  index.push_back(slice);
  index.push_back(start);
  index.push_back(count);
  index.push_back(step);
}
inline void add_whole(Dims& index) { index.push_back(whole); }
inline void add_newaxis(Dims& index) { index.push_back(newaxis); }

}  // namespace basic_index

/// A part of an array's memory: shape, strides and offset in elements.
struct Part {
  Shape shape;
  Dims strides;
  std::int64_t offset = 0;
};

/// The part of an array of `layout` that `index` names; fails where it names none.
Part part_of(const Layout& layout, const Dims& index);

/// The place of the one element that integers for all axes name, in elements; -1 if the index has
/// anything else.
std::int64_t element_of(const Layout& layout, const Dims& index);

/// The same index under a leading batch axis.
Dims batched_index(const Dims& index);

}  // namespace wg
