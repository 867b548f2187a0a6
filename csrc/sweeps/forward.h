/// The forward sweep: tangents of leaves pushed on to outputs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/var.h"

namespace wg {

/// The tangent of each output, of the output's type; undefined where the output does not depend on
/// a leaf that moves. Tangents are of their leaves' types; leaves that hold their own need none.
std::vector<Tensor> forward_sweep(std::span<const Tensor> outputs,
                                  std::span<const Ref<Node>> leaves,
                                  std::span<const Tensor> tangents, Policy policy);

/// Makes leaves that hold their tangents of what an inner transform returns to one that pushes
/// tangents: from here on nothing needs what these values were made of. What comes behind the first
/// `moving` of them is only read, and needs no tangent.
void settle(std::span<Tensor> values, std::size_t moving = SIZE_MAX);

}  // namespace wg
