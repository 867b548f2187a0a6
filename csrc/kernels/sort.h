/// Sorting along an axis.
#pragma once

#include "core/array.h"

namespace wg::kernels {

/// Ascending along a negative axis, NaN last; complex numbers by real part, then imaginary.
Array sort(const Array& x, int axis);
/// The positions of the sorted elements; equal elements keep their order.
Array argsort(const Array& x, int axis);
/// How many elements of the sorted lines along the last axis of `a` stand before each of `v`: with
/// `is_right` the equal ones too. Each line has as many of `v`.
Array searchsorted(const Array& a, const Array& v, bool is_right);
/// The mean of `v` over each run of equal `keys`, which are sorted along a negative axis.
Array average_ties(const Array& v, const Array& keys, int axis);

}  // namespace wg::kernels
