/// Primitives that are computed number by number: the rows of formulas/all_pointwise.h.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "graph/primitive.h"

namespace wg {

/// What is said of such a primitive.
struct PointwiseText {
  std::string_view summary;
  std::span<const std::string_view> operands;
  bool is_complex_too;  // in the last operand
  /// The derivative as text; empty where there is none.
  std::string (*derivative_text)(int operand);
};

std::span<const Primitive> pointwise_rows();

/// Null if the primitive is none of these.
const PointwiseText* pointwise_text(const Primitive& primitive);

}  // namespace wg
