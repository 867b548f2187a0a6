/// What one example recorded, evaluated for the others that it holds for.
#pragma once

#include <vector>

#include "graph/recording.h"

namespace wg::bindings {

/// A finished recording of an example.
struct ExampleRecording {
  std::vector<Tensor> outputs;
  std::vector<Guard> guards;
  std::vector<Ref<Node>> leaves;
};

/// The examples that a recording holds for, and what it gives for them.
struct Evaluated {
  std::vector<Tensor> outputs;         // with the batch axis in front where is_batched
  std::vector<std::int64_t> examples;  // places in the batch, in order
};

/// Evaluates a recording of the first of `count` examples; values are those of its leaves, with the
/// batch axis in front. It does not hold for an example that it cannot be evaluated for either.
Evaluated evaluate_for_batch(const ExampleRecording& recorded, std::span<const Tensor> values,
                             std::int64_t count);

}  // namespace wg::bindings
