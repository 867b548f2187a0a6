/// Tangents pushed on as operations are recorded.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// An operation on leaves that move in transforms which push tangents: recorded with the transforms
/// further out, its tangent computed at once, and made a leaf itself, so that what it was made of
/// is not kept. False if an operand must stay linked to what it was made of. The tangent of an
/// operand that was given away, and that nobody else has, is taken over.
bool push(const Primitive& primitive, const Ref<Payload>& payload,
          std::span<const Tensor* const> operands, bool are_given, Tensor& out);

/// The same of a compound operation, whose results are `out`.
bool push_compound(const Primitive& primitive, const Ref<Payload>& payload,
                   std::span<const Tensor* const> operands, std::span<Tensor> out);

/// The same for formulas of float64 scalars that move in the outermost transform, of this scope,
/// and nowhere else; `elements` are their values, `out` the result.
bool push_scalar(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const std::byte* const* elements, Scope& scope, Tensor& out);

}  // namespace wg
