/// In which order the axes of arrays lie in memory.
#pragma once

#include <span>

#include "core/dims.h"

namespace wg {

/// The axes of a result of `ndim` axes, the outermost in memory first, as NumPy's order "K" has
/// them: as they lie in the operands, whose strides are given, zero along what is repeated. Where
/// operands do not agree, or say nothing, in C order. Empty if all are in C order.
Dims kept_order(std::span<const Dims> strides, int ndim);

/// The strides of elements that lie without gaps, the axes of `shape` in this order.
Dims strides_in_order(const Dims& order, std::span<const std::int64_t> shape);

}  // namespace wg
