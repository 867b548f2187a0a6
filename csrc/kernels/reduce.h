/// Sums along axes, with a fixed number of accumulators in a fixed order.
#pragma once

#include "core/array.h"

namespace wg::kernels {

/// The sum over the given negative axes, which are dropped; in the dtype of `x`.
Array sum(const Array& x, const Dims& axes);

}  // namespace wg::kernels
