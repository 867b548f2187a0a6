/// Sorting along an axis; `out` is dense.
#pragma once

#include "core/view.h"
#include "core/work.h"

namespace wg::kernels {

/// Ascending along a negative axis, NaN last; complex numbers by real part, then imaginary.
void sort(const View& x, int axis, const View& out, Workspace& work);
/// The positions of the sorted elements of a dense x; equal elements keep their order.
void argsort(const View& x, int axis, const View& out, Workspace& work);
// Room for the lines that some threads sort at once.
void add_sort(const View& x, int axis, Work& work);
void add_argsort(const View& x, int axis, Work& work);
/// How many elements of the sorted lines along the last axis of `a` stand before each of `v`: with
/// `is_right` the equal ones too. Each line has as many of `v`. All are dense.
void searchsorted(const View& a, const View& v, bool is_right, const View& out);
/// The mean of `v` over each run of equal `keys`, which are dense and sorted along a negative axis.
void average_ties(const View& v, const View& keys, int axis, const View& out);

}  // namespace wg::kernels
