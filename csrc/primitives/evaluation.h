/// Formulas evaluated by their kernels: values, and derivatives that are not recorded.
#pragma once

#include "graph/primitive.h"

namespace wg {

Type infer_formula(const Primitive& primitive, std::span<const Type> types);
/// See Elementwise.
bool evaluate_quickly(const Primitive& primitive, std::span<const Tensor* const> operands,
                      bool are_given, Array& out);
void evaluate_formula(const Primitive& primitive, std::span<const View> operands, const View& out);

/// Adds what an operand of a node receives from the cotangent to `sum`, in place where it can.
void add_adjoint(const Node& node, const Array& ct, int operand, Array& sum);

/// The tangent of y; tangents of operands that do not move are undefined.
Array push_tangents(const Primitive& primitive, std::span<const Tensor> x, const Array& y,
                    std::span<const Tensor> tangents);

}  // namespace wg
