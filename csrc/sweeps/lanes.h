/// What one example recorded, evaluated for the others that it holds for.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/excerpt.h"

namespace wg {

/// The examples that a program holds for, and what it gives for them.
struct Evaluated {
  std::vector<Tensor> outputs;         // with the batch axis in front where is_batched
  std::vector<std::int64_t> examples;  // places in the batch, in order
};

/// Evaluates the program of the first of `count` examples for all for which Python would have read
/// the same; values are those of its leaves, with the batch axis in front. It does not hold for an
/// example that it cannot be evaluated for either.
Evaluated evaluate_lanes(const Captured& captured, std::span<const Tensor> values,
                         std::int64_t count);

}  // namespace wg
