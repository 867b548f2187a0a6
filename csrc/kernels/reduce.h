/// Reductions along axes, in an order that depends on the shape and the axes alone.
#pragma once

#include "core/array.h"
#include "kernels/loops.h"

namespace wg::kernels {

/// Joins the elements along the given negative axes, which are dropped; in the dtype of `x`.
/// Nothing joined is 0 as a sum and 1 as a product; maximum and minimum need an element.
Array fold(Fold fold, const Array& x, const Dims& axes);

inline Array sum(const Array& x, const Dims& axes) { return fold(Fold::sum, x, axes); }

/// The first position of the maximum, or minimum, along a negative axis, which is dropped. The
/// first NaN, if there is one.
Array arg_extremum(bool is_maximum, const Array& x, int axis);

/// How much of the cotangent of its extremum each element of x receives: ties share equally. `y` is
/// the extremum, with axes of length one.
Array extremum_share(const Array& x, const Array& y, const Dims& axes);

/// A dense array seen along one axis: outer blocks of n rows of inner elements.
struct Along {
  std::int64_t outer = 1, n = 1, inner = 1;

  Along(std::span<const std::int64_t> shape, int axis);
};

}  // namespace wg::kernels
