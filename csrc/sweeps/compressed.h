/// The values of a Jacobian from few seeds.
#pragma once

#include "sweeps/compression.h"

namespace wg {

/// All non-zeros, as float64 or complex128; recorded by every policy but Policy::evaluate.
Tensor compressed_values(const Compression& compression, const Order& order,
                         std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves,
                         Policy policy);

}  // namespace wg
