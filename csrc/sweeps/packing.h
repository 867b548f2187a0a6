/// Several values as one vector, for operations that have one output.
#pragma once

#include <span>
#include <vector>

#include "graph/var.h"

namespace wg {

/// The elements of values of one dtype, one value behind the other; of one value, itself.
Tensor packed(std::span<const Tensor> values, Builder& builder);
/// The values again, of the given types.
std::vector<Tensor> unpacked(const Tensor& vector, std::span<const Type> types, Builder& builder);

}  // namespace wg
