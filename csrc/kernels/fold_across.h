/// Folds of lines that lie side by side, as those of a transpose do, with the bits of lines that
/// lie one behind the other.
#pragma once

#include "core/view.h"
#include "kernels/loops.h"

namespace wg::kernels {

/// Whether x is of float32 or float64, the last axes are those that are joined, their elements are
/// apart by one step, and neighbours along another axis are neighbours in memory.
bool lies_across(const View& x, const Dims& axes);

/// Joins the elements of such an x along these axes, in the order of fold().
void fold_across(Fold fold, const View& x, const Dims& axes, std::byte* out);

}  // namespace wg::kernels
