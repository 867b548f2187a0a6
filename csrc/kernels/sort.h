/// Sorting along an axis.
#pragma once

#include "core/array.h"

namespace wg::kernels {

/// Ascending along a negative axis, NaN last; complex numbers by real part, then imaginary.
Array sort(const Array& x, int axis);
/// The positions of the sorted elements; equal elements keep their order.
Array argsort(const Array& x, int axis);
/// The mean of `v` over each run of equal `keys`, which are sorted along a negative axis.
Array average_ties(const Array& v, const Array& keys, int axis);

}  // namespace wg::kernels
