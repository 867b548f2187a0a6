/// Running sums, products and recurrences along an axis of dense arrays, of one dtype.
#pragma once

#include "core/view.h"

namespace wg::kernels {

/// y[i] = x[0] + ... + x[i] along a negative axis; from the end if `reverse`.
void cumsum(const View& x, int axis, bool reverse, const View& out);
/// y[i] = x[0] ... x[i].
void cumprod(const View& x, int axis, bool reverse, const View& out);
/// y[i] = b[i] + a[i] y[i - 1], with y[-1] = 0; `a` and `b` are of one shape.
void recurrence(const View& a, const View& b, int axis, bool reverse, const View& out);

}  // namespace wg::kernels
