/// Whether what was recorded is linear, read off the graph.
#pragma once

#include <span>

#include "graph/var.h"

namespace wg {

/// The first primitive on the way from the leaves to the outputs that is not linear in what depends
/// on the leaves: its derivative reads an operand or an output that does, or vanishes. Null if
/// there is none. Adding a constant passes.
const Primitive* first_nonlinear(std::span<const Tensor> outputs,
                                 std::span<const Ref<Node>> leaves);

}  // namespace wg
