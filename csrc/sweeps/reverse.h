/// The reverse sweep: cotangents of outputs pulled back to leaves.
#pragma once

#include <span>
#include <vector>

#include "graph/var.h"

namespace wg {

/// The cotangent of each leaf, of the leaf's type; zeros where an output does not depend on it.
/// Outputs that were not recorded contribute nothing; the same output twice adds its seeds.
std::vector<Tensor> reverse_sweep(std::span<const Tensor> outputs, std::span<const Tensor> seeds,
                                  std::span<const Ref<Node>> leaves, Policy policy);

/// The leaves that require a gradient and that `output` depends on, in the order they were made.
std::vector<Ref<Node>> gradient_leaves(const Tensor& output);

}  // namespace wg
