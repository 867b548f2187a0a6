/// The value of an operation whose operands are at hand.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// Infers the result's type, finds or allocates its memory and lets the primitive fill it. Of the
/// operands in the mask `takeable`, memory that nobody else holds may become the result's; such an
/// operand then keeps its type alone.
Array evaluate(const Primitive& primitive, const Payload* payload, std::span<Tensor> operands,
               unsigned takeable);

/// The same by `Primitive::evaluate`, whatever quicker way there may be.
Array evaluate_in_full(const Primitive& primitive, const Payload* payload,
                       std::span<Tensor> operands, unsigned takeable);

}  // namespace wg
