/// Partial sorting along an axis; x and `out` are dense.
#pragma once

#include "core/dims.h"
#include "core/view.h"
#include "core/work.h"

namespace wg::kernels {

/// Puts at each of the places the element that sorting puts there, what is less before it and what
/// is greater behind it. Elements that are equal to one of these stand together. Negative places
/// count from the end.
void partition(const View& x, int axis, const Dims& places, const View& out, Workspace& work);
/// The positions that `partition` takes its elements from.
void argpartition(const View& x, int axis, const Dims& places, const View& out, Workspace& work);
/// Room for either.
void add_partition(const View& x, int axis, Work& work);

}  // namespace wg::kernels
