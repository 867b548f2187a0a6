/// The forward sweep: tangents of leaves pushed on to outputs.
#pragma once

#include <span>
#include <vector>

#include "sweeps/record.h"

namespace wg {

/// The tangent of each output, of the output's type; undefined where the output does not depend on
/// a leaf that moves. Tangents are of their leaves' types, and undefined for leaves that do not
/// move.
std::vector<Tensor> forward_sweep(std::span<const Tensor> outputs,
                                  std::span<const Ref<Node>> leaves,
                                  std::span<const Tensor> tangents, Record record);

}  // namespace wg
