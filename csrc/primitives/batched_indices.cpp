#include "primitives/batched_indices.h"

#include <numeric>

#include "core/broadcast.h"
#include "core/error.h"
#include "primitives/shape.h"

namespace wg {

Shape index_block(std::span<const Type> indices) {
  Shape block;
  for (const Type& index : indices) {
    if (!is_integral(index.dtype)) {
      fail<DTypeError>("index: an index array is ", name(index.dtype),
                       "; arrays of integers (or a mask of the indexed axes' shape) are needed");
    }
    block = broadcast_shapes("index", block, index.shape());
  }
  return block;
}

BatchedIndices::BatchedIndices(std::span<const Var> x, std::span<const bool> batched) {
  for (std::size_t k = 0; k < x.size(); ++k) {
    rank = std::max(rank, x[k].ndim() - batched[k]);
    is_batched |= batched[k];
  }
  for (std::size_t k = 0; k < x.size(); ++k)
    indices.push_back(batched[k] ? lift(x[k], rank) : x[k]);
}

void BatchedIndices::add_examples(Builder& builder, std::int64_t n) {
  Shape shape(rank + 1, 1);
  shape[0] = n;
  Array numbers = Array::empty(DType::int64, shape);
  std::iota(numbers.mutable_data<std::int64_t>(), numbers.mutable_data<std::int64_t>() + n, 0);
  indices.insert(indices.begin(), builder.constant(std::move(numbers)));
}

Dims BatchedIndices::with_batch_axis_first(Dims axes, const Var& x) {
  add_examples(*x.builder, x.shape()[0]);
  axes.insert(0, -x.ndim());
  return axes;
}

}  // namespace wg
