/// Whether what was recorded is linear, read off the graph.
#pragma once

#include <span>
#include <vector>

#include "graph/trace.h"
#include "graph/var.h"

namespace wg {

/// Whether an operation is linear in those of its operands that are dependent: its derivative reads
/// none of them, nor the output, and does not vanish.
bool is_linear(const Primitive& primitive, const Payload* payload,
               const std::vector<bool>& dependent);

/// The first primitive on the way from the leaves to the outputs that is not linear in what depends
/// on the leaves: its derivative reads an operand or an output that does, or vanishes, or there is
/// none. Null if there is no such. Adding a constant passes. Recorded in a trace, so that steps
/// without a derivative are there.
const Primitive* first_nonlinear(std::span<const Tensor> outputs,
                                 std::span<const Ref<Node>> leaves);

/// Whether something that the host language read depends on the leaves.
bool is_read(std::span<const Guard> guards, std::span<const Ref<Node>> leaves);

}  // namespace wg
