#include "primitives/last_at.h"

#include "kernels/gather.h"
#include "primitives/batched_indices.h"
#include "primitives/indexing.h"

namespace wg {

Type LastAt::infer(std::span<const Type> x) const {
  if (x.empty() || static_cast<int>(x.size()) != lengths.size()) {
    fail<ShapeError>("last_at: ", x.size(), " index arrays were given for lengths ", lengths,
                     "; one for each length is needed, and at least one");
  }
  return {DType::boolean, index_block(x)};
}

void LastAt::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const kernels::BadIndex bad = kernels::last_at(x, lengths, y, work);
  if (bad.operand >= 0) {
    const std::int64_t n = lengths[bad.operand];
    fail<IndexRangeError>("last_at: ", bad.value, " was given for a length of ", n, "; ", -n,
                          " <= index < ", n, " is needed");
  }
}

void LastAt::add_work(std::span<const View>, const View& y, Work& work) const {
  kernels::add_last_at(y.size(), lengths, work);
}

Var LastAt::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  BatchedIndices block(x, is_batched);
  const std::int64_t n = batch_length(x, is_batched);
  block.add_examples(*x[0].builder, n);
  LastAt all = *this;
  all.lengths.insert(0, n);
  return apply_structural(std::move(all), block.indices);
}

Var last_at(std::span<const std::int64_t> shape, std::span<const Var> indices, const Dims& axes) {
  LastAt of;
  for (const std::int64_t axis : axes) of.lengths.push_back(shape.end()[axis]);
  return apply_structural(std::move(of), indices);
}

}  // namespace wg
