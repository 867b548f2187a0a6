/// Arrays of indices: the block that they broadcast to, alone and under a batch.
#pragma once

#include <vector>

#include "graph/type.h"
#include "graph/var.h"

namespace wg {

/// The shape that index arrays broadcast to; fails unless all are of integers.
Shape index_block(std::span<const Type> indices);

/// Index operands under a batch, brought to one rank behind the batch axis.
struct BatchedIndices {
  std::vector<Var> indices;
  int rank = 0;  // of the block of one example
  bool is_batched = false;

  BatchedIndices(std::span<const Var> x, std::span<const bool> batched);

  /// The number of the example, of n, in front as one more index.
  void add_examples(Builder& builder, std::int64_t n);
  /// The batch axis of x becomes an indexed axis, too.
  Dims with_batch_axis_first(Dims axes, const Var& x);
};

}  // namespace wg
