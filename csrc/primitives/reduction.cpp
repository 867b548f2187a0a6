#include "primitives/reduction.h"

#include "kernels/convert.h"
#include "kernels/reduce.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The axes, from the end, along which `small` was broadcast to `large`.
Dims broadcast_axes(std::span<const std::int64_t> small, std::span<const std::int64_t> large) {
  Dims axes;
  const int rank = static_cast<int>(large.size()), lead = rank - static_cast<int>(small.size());
  for (int i = 0; i < rank; ++i) {
    const bool is_new = i < lead;
    if (is_new || (small[static_cast<std::size_t>(i - lead)] == 1 && large[static_cast<std::size_t>(i)] != 1)) {
      axes.push_back(i - rank);
    }
  }
  return axes;
}

}  // namespace

Shape reduced_shape(std::span<const std::int64_t> shape, const Dims& axes, bool keepdims) {
  const int rank = static_cast<int>(shape.size());
  Shape out;
  for (int i = 0; i < rank; ++i) {
    const bool is_reduced = std::ranges::find(axes, i - rank) != axes.end();
    if (!is_reduced) out.push_back(shape[static_cast<std::size_t>(i)]);
    else if (keepdims) out.push_back(1);
  }
  return out;
}

Type Sum::infer(std::span<const Type> x) const {
  const DType dtype = is_inexact(x[0].dtype) ? x[0].dtype : DType::int64;
  return {dtype, reduced_shape(x[0].shape(), axes, keepdims)};
}

Array Sum::evaluate(std::span<Tensor> x) const {
  const Array& value = x[0].value;
  const DType dtype = is_inexact(value.dtype()) ? value.dtype() : DType::int64;
  Array out = kernels::sum(wg::convert(value, dtype), axes);
  return keepdims ? out.view(Layout::dense(reduced_shape(value.shape(), axes, true)), 0) : out;
}

Contribution Sum::vjp(std::span<const Var> x, const Var&, const Var& ct, int) const {
  const Var column = reshape(ct, reduced_shape(x[0].shape(), axes, true));
  return broadcast_to(column, x[0].shape());
}

Var Sum::jvp(std::span<const Var>, const Var&, std::span<const Var> t) const {
  return sum(t[0], axes, keepdims);
}

Var Sum::batch(std::span<const Var> x, std::span<const bool>) const {
  return sum(x[0], axes, keepdims);
}

Var sum(const Var& x, Dims axes, bool keepdims) {
  return apply_structural(Sum{.axes = std::move(axes), .keepdims = keepdims}, {x});
}

Var sum_to(const Var& x, std::span<const std::int64_t> shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  return reshape(sum(x, broadcast_axes(shape, x.shape())), shape);
}

Array sum_to(const Array& x, std::span<const std::int64_t> shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  const Array total = kernels::sum(x, broadcast_axes(shape, x.shape()));
  return shape.empty() ? total : total.view(Layout::dense(shape), 0);
}

}  // namespace wg
