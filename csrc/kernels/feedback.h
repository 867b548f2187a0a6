/// Linear recurrences of any order along the last axis, with constant coefficients.
#pragma once

#include "core/view.h"

namespace wg::kernels {

/// y[i] = x[i] - a[0] y[i - 1] - a[1] y[i - 2] - ... along the last axis, or from its end if
/// `reverse`. Axes in front of a's broadcast to those of x; all are dense and of one dtype.
void recur(const View& x, const View& a, bool reverse, const View& y);

}  // namespace wg::kernels
