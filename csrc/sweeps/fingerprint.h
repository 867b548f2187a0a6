/// What a recording looks like, for comparison with another one.
#pragma once

#include <span>

#include "graph/var.h"
#include "sweeps/order.h"
#include "sweeps/pattern.h"

namespace wg {

/// Whether the values of constants count: then only those in the same memory are equal, read in
/// the same way, but for numbers.
enum class Constants : bool { differ, count };

/// Words that are equal for two recordings if and only if both are the same operations on the same
/// shapes and dtypes, with equal indices. Of values, at most those of constants count.
Table<std::int64_t> fingerprint(const Order& order, std::span<const Tensor> outputs,
                                std::span<const Ref<Node>> leaves,
                                Constants constants = Constants::differ);

}  // namespace wg
