/// Dense Jacobians: many seeds in one sweep.
#pragma once

#include "sweeps/plans.h"

namespace wg {

/// The derivative of each output with respect to each leaf, of both shapes joined. `chunk` is the
/// number of seeds in one sweep, or 0; Mode::cheaper takes the mode that needs fewer, and shares
/// them where many elements can be told apart in what they give.
std::vector<std::vector<Tensor>> jacobian_blocks(std::span<const Tensor> outputs,
                                                 std::span<const Ref<Node>> leaves, Mode mode,
                                                 Policy policy, std::int64_t chunk, Plans& plans);

}  // namespace wg
