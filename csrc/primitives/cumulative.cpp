#include "primitives/cumulative.h"

#include "kernels/convert.h"
#include "kernels/scan.h"
#include "primitives/axes.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"

namespace wg {
namespace {

template <class P> Var run(const Var& x, std::int64_t axis, bool reverse) {
  P p;
  p.axis = axis;
  p.reverse = reverse;
  return apply_structural(std::move(p), {x});
}

}  // namespace

Type Cumsum::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  return {summed_dtype(x[0].dtype), x[0].layout};
}

void Cumsum::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::cumsum(x[0], static_cast<int>(axis), reverse, y);
}

Contribution Cumsum::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return cumsum(ct, axis, !reverse);
}

Var Cumsum::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return cumsum(t[0], axis, reverse);
}

Type Cumprod::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  return {summed_dtype(x[0].dtype), x[0].layout};
}

void Cumprod::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::cumprod(x[0], static_cast<int>(axis), reverse, y);
}

// dy[i] = dx[i] y[i - 1] + x[i] dy[i - 1], and its transpose.
Contribution Cumprod::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  const Var later = recurrence(shifted(x[0], axis, 0, !reverse), ct, axis, !reverse);
  return shifted(y, axis, 1, reverse) * later;
}

Var Cumprod::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return recurrence(x[0], t[0] * shifted(y, axis, 1, reverse), axis, reverse);
}

Type Recurrence::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  if (!std::ranges::equal(x[0].shape(), x[1].shape())) {
    fail<ShapeError>("recurrence: a is ", Dims(x[0].shape()), " and b is ", Dims(x[1].shape()),
                     "; shapes must be equal");
  }
  return {summed_dtype(promote(x[0].dtype, x[1].dtype)), x[0].layout};
}

void Recurrence::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::recurrence(x[0], x[1], static_cast<int>(axis), reverse, y);
}

void Recurrence::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                     std::span<Contribution> contributions) const {
  const Var later = recurrence(shifted(x[0], axis, 0, !reverse), ct, axis, !reverse);
  if (wanted[0]) contributions[0] = chain(later, shifted(y, axis, 0, reverse));
  if (wanted[1]) contributions[1] = later;
}

Var Recurrence::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var term = t[1];
  if (t[0]) {
    Var moved = chain(t[0], shifted(y, axis, 0, reverse));
    term = term ? term + moved : moved;
  }
  return recurrence(x[0], term, axis, reverse);
}

Var Recurrence::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t n = batch_length(x, is_batched);
  return recurrence(with_batch_axis(x[0], is_batched[0], n),
                    with_batch_axis(x[1], is_batched[1], n), axis, reverse);
}

Var cumsum(const Var& x, std::int64_t axis, bool reverse) { return run<Cumsum>(x, axis, reverse); }

Var cumprod(const Var& x, std::int64_t axis, bool reverse) {
  return run<Cumprod>(x, axis, reverse);
}

Var recurrence(const Var& a, const Var& b, std::int64_t axis, bool reverse) {
  Recurrence p;
  p.axis = axis;
  p.reverse = reverse;
  return apply_structural(std::move(p), {a, b});
}

Var shifted(const Var& x, std::int64_t axis, int first, bool reverse) {
  const auto at = x.shape().size() + static_cast<std::size_t>(axis);
  const std::int64_t n = x.shape()[at];
  if (n == 0) return x;
  Shape edge_shape(x.shape());
  edge_shape[static_cast<int>(at)] = 1;
  const Array one = wg::convert(Array::scalar(std::int64_t{first}), x.dtype());
  const Array edge = one.view(Layout::strided(edge_shape, Dims(edge_shape.size(), 0)), 0);
  const Var fill = x.builder->constant(edge);
  const Var rest = slice_axis(x, static_cast<int>(axis), reverse ? 1 : 0, n - 1);
  return reverse ? concatenate(std::array{rest, fill}, axis)
                 : concatenate(std::array{fill, rest}, axis);
}

void Running::sparsity(std::span<const Tensor> x, const Type&, Dependence& dependence) const {
  for (int i = 0; i < static_cast<int>(x.size()); ++i) {
    dependence.on_run(i, static_cast<int>(axis), reverse);
  }
}

}  // namespace wg
