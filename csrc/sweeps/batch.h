/// The batch sweep: what one example recorded, evaluated for all.
#pragma once

#include <span>
#include <vector>

#include "graph/var.h"

namespace wg {

/// The values of the ends for every example, from those of the leaves, which have the batch axis in
/// front. An end that depends on no leaf is not batched: it has one value for all (see
/// Array::is_batched). Recorded where an example's value depends on something tracked.
std::vector<Tensor> batch_sweep(std::span<const Tensor> ends, std::span<const Ref<Node>> leaves,
                                std::span<const Tensor> values);

}  // namespace wg
