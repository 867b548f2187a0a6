/// Running sums, products, recurrences and formulas along an axis of dense arrays, of one dtype.
#pragma once

#include "core/view.h"
#include "kernels/table.h"

namespace wg::kernels {

/// y[i] = x[0] + ... + x[i] along a negative axis; from the end if `reverse`.
void cumsum(const View& x, int axis, bool reverse, const View& out);
/// y[i] = x[0] ... x[i].
void cumprod(const View& x, int axis, bool reverse, const View& out);
/// y[i] = b[i] + a[i] y[i - 1], with y[-1] = 0, where a factor of 0 makes the product 0, whatever
/// the other; `a` and `b` are of one shape.
void recurrence(const View& a, const View& b, int axis, bool reverse, const View& out);
/// y[i] = f(y[i - 1], x[i]), and y[i] = x[i] for i = 0 and at the ascending `starts`.
void accumulate(const Kernel& kernel, const View& x, int axis, const Dims& starts, const View& out);

}  // namespace wg::kernels
