/// Running sums, products and recurrences along an axis.
#pragma once

#include "core/array.h"

namespace wg::kernels {

/// y[i] = x[0] + ... + x[i] along a negative axis; from the end if `reverse`.
Array cumsum(const Array& x, int axis, bool reverse);
/// y[i] = x[0] ... x[i].
Array cumprod(const Array& x, int axis, bool reverse);
/// y[i] = b[i] + a[i] y[i - 1], with y[-1] = 0; `a` and `b` are of one shape and dtype.
Array recurrence(const Array& a, const Array& b, int axis, bool reverse);

}  // namespace wg::kernels
