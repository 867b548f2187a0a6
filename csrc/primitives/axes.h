/// What the type rules of structural primitives ask of their operands alike.
#pragma once

#include <string_view>

#include "graph/primitive.h"

namespace wg {

/// Fails unless the axis is one of x, counted from the end.
void check_axis(std::string_view operation, std::span<const std::int64_t> x, std::int64_t axis);
/// The same for several, each of which is named once.
void check_axes(std::string_view operation, std::span<const std::int64_t> x, const Dims& axes);

/// The dtype of a sum: NumPy adds integers and booleans as int64.
inline DType summed_dtype(DType dtype) { return is_inexact(dtype) ? dtype : DType::int64; }

}  // namespace wg
