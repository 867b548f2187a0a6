/// Direct convolutions over the last axes of arrays, of which the axes in front broadcast.
#pragma once

#include "core/view.h"
#include "core/work.h"

namespace wg::kernels {

/// y[i] = sum_j x[i + start - j] k[j], what lies outside of x being zero; i and j are as many
/// indices as `start` has. y is dense. Real and complex operands are of one precision.
void convolve(const View& x, const View& k, const Dims& start, const View& y, Workspace& work);
void add_convolve(const View& x, const View& k, const Dims& start, const View& y, Work& work);

}  // namespace wg::kernels
