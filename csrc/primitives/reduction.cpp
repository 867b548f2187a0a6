#include "primitives/reduction.h"

#include "core/broadcast.h"
#include "graph/evaluate.h"
#include "kernels/extremum.h"
#include "kernels/fold_across.h"
#include "kernels/reduce.h"
#include "primitives/axes.h"
#include "primitives/cumulative.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The axes, from the end, along which `small` was broadcast to `large`.
Dims broadcast_axes(std::span<const std::int64_t> small, std::span<const std::int64_t> large) {
  Dims axes;
  const int rank = static_cast<int>(large.size()), lead = rank - static_cast<int>(small.size());
  for (int i = 0; i < rank; ++i) {
    const bool is_new = i < lead;
    if (is_new || (small[static_cast<std::size_t>(i - lead)] == 1 &&
                   large[static_cast<std::size_t>(i)] != 1)) {
      axes.push_back(i - rank);
    }
  }
  return axes;
}

/// An extremum of nothing does not exist.
void check_not_empty(std::string_view operation, std::span<const std::int64_t> x,
                     const Dims& axes) {
  for (const std::int64_t axis : axes) {
    if (x[x.size() + static_cast<std::size_t>(axis)] == 0 &&
        element_count(reduced_shape(x, axes, false)) > 0) {
      fail<ShapeError>(operation, ": x is ", Dims(x), " and axis ", axis,
                       " is empty; at least one element is needed");
    }
  }
}

/// The product of the other elements along the axes, for each element.
Var others(const Var& x, const Dims& axes) {
  const int rank = x.ndim();
  Dims order;
  Shape rows, moved;
  std::int64_t n = 1;
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) != axes.end()) continue;
    order.push_back(i - rank);
    rows.push_back(x.shape()[static_cast<std::size_t>(i)]);
  }
  moved = rows;
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end()) continue;
    order.push_back(i - rank);
    moved.push_back(x.shape()[static_cast<std::size_t>(i)]);
    n *= x.shape()[static_cast<std::size_t>(i)];
  }
  rows.push_back(n);
  const Var lines = reshape(transpose(x, order), rows);
  const Var before = shifted(cumprod(lines, -1, false), -1, 1, false);
  const Var after = shifted(cumprod(lines, -1, true), -1, 1, true);
  Dims back(rank);
  for (int i = 0; i < rank; ++i) back[rank + static_cast<int>(order[i])] = i - rank;
  return transpose(reshape(before * after, moved), back);
}

}  // namespace

Shape reduced_shape(std::span<const std::int64_t> shape, const Dims& axes, bool keepdims) {
  const int rank = static_cast<int>(shape.size());
  Shape out;
  for (int i = 0; i < rank; ++i) {
    const bool is_reduced = std::ranges::find(axes, i - rank) != axes.end();
    if (!is_reduced)
      out.push_back(shape[static_cast<std::size_t>(i)]);
    else if (keepdims)
      out.push_back(1);
  }
  return out;
}

Shape Reduction::shape(std::string_view operation, std::span<const std::int64_t> x) const {
  check_axes(operation, x, axes);
  return reduced_shape(x, axes, keepdims);
}

Shape Reduction::column(std::span<const std::int64_t> x) const {
  return reduced_shape(x, axes, true);
}

void Reduction::add_work(std::span<const View> x, const View&, Work& work) const {
  if (kernels::lies_across(x[0], axes)) return;
  if (!x[0].is_dense()) add_converted(x[0], x[0].dtype, work);
  kernels::add_fold(x[0], axes, work);
}

void Reduction::join(Fold by, const View& x, const View& y, Workspace& work) const {
  if (kernels::lies_across(x, axes)) return kernels::fold_across(by, x, axes, y.data);
  kernels::fold(by, x.is_dense() ? x : converted(x, x.dtype, work), axes, y.data, work);
}

Var Reduction::spread(const Var& ct, std::span<const std::int64_t> x) const {
  return broadcast_to(reshape(ct, column(x)), x);
}

Type Sum::infer(std::span<const Type> x) const {
  return {summed_dtype(x[0].dtype), shape(name, x[0].shape())};
}

void Sum::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  join(Fold::sum, x[0], y, work);
}

Contribution Sum::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return spread(ct, x[0].shape());
}

Var Sum::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return sum(t[0], axes, keepdims);
}

Type Prod::infer(std::span<const Type> x) const {
  return {summed_dtype(x[0].dtype), shape(name, x[0].shape())};
}

void Prod::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  join(Fold::product, x[0], y, work);
}

Contribution Prod::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return spread(ct, x[0].shape()) * others(x[0], axes);
}

Var Prod::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return sum(t[0] * others(x[0], axes), axes, keepdims);
}

template <Fold fold> Type Extremum<fold>::infer(std::span<const Type> x) const {
  const Shape joined = shape(name, x[0].shape());
  check_not_empty(name, x[0].shape(), axes);
  return {x[0].dtype, joined};
}

template <Fold fold>
void Extremum<fold>::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  join(fold, x[0], y, work);
}

template <Fold fold>
Contribution Extremum<fold>::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  const Var share = extremum_share(x[0], reshape(y, column(x[0].shape())), axes);
  return chain(spread(ct, x[0].shape()), share);
}

template <Fold fold>
Var Extremum<fold>::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  const Var share = extremum_share(x[0], reshape(y, column(x[0].shape())), axes);
  return sum(chain(t[0], share), axes, keepdims);
}

template struct Extremum<Fold::greatest>;
template struct Extremum<Fold::least>;

Type ExtremumShare::infer(std::span<const Type> x) const {
  check_axes(name, x[0].shape(), axes);
  if (!is_inexact(x[0].dtype) || x[1].dtype != x[0].dtype) {
    fail<DTypeError>("extremum_share: x is ", wg::name(x[0].dtype), " and y is ",
                     wg::name(x[1].dtype), "; one inexact dtype is needed");
  }
  if (!std::ranges::equal(x[1].shape(), reduced_shape(x[0].shape(), axes, true))) {
    fail<ShapeError>("extremum_share: x is ", Dims(x[0].shape()), " and y is ", Dims(x[1].shape()),
                     "; y must be x with length one on axes ", axes);
  }
  return {x[0].dtype, x[0].layout};
}

void ExtremumShare::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::extremum_share(x[0], x[1], axes, y, work);
}

void ExtremumShare::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_extremum_share(x[0], x[1], axes, work);
}

Var ExtremumShare::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t n = batch_length(x, is_batched);
  return extremum_share(with_batch_axis(x[0], is_batched[0], n),
                        with_batch_axis(x[1], is_batched[1], n), axes);
}

template <Fold fold> Type Truth<fold>::infer(std::span<const Type> x) const {
  return {DType::boolean, shape(name, x[0].shape())};
}

template <Fold fold>
void Truth<fold>::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  join(fold, x[0], y, work);
}

template struct Truth<Fold::greatest>;
template struct Truth<Fold::least>;

template <Fold fold> Type ExtremumPosition<fold>::infer(std::span<const Type> x) const {
  const Dims axes{axis};
  check_axes(name, x[0].shape(), axes);
  check_not_empty(name, x[0].shape(), axes);
  return {DType::int64, reduced_shape(x[0].shape(), axes, keepdims)};
}

template <Fold fold>
void ExtremumPosition<fold>::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::arg_extremum(fold, x[0], static_cast<int>(axis), y.as<std::int64_t>());
}

template struct ExtremumPosition<Fold::greatest>;
template struct ExtremumPosition<Fold::least>;

Var sum(const Var& x, Dims axes, bool keepdims) {
  Sum total;
  total.axes = std::move(axes);
  total.keepdims = keepdims;
  return apply_structural(std::move(total), {x});
}

Var extremum_share(const Var& x, const Var& y, Dims axes) {
  ExtremumShare p;
  p.axes = std::move(axes);
  return apply_structural(std::move(p), {x, y});
}

Var sum_to(const Var& x, std::span<const std::int64_t> shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  return reshape(sum(x, broadcast_axes(shape, x.shape())), shape);
}

Array sum_to(const Array& x, std::span<const std::int64_t> shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  Sum total;
  total.axes = broadcast_axes(shape, x.shape());
  const Parameters<Sum> parameters(std::move(total));
  Tensor operand(x);
  const Array out = evaluate(structural_row_of<Sum>, &parameters, std::span(&operand, 1), 0);
  return shape.empty() ? out : out.view(Layout::dense(shape), 0);
}

void Reduction::sparsity(std::span<const Tensor> x, const Type&, Dependence& dependence) const {
  const auto shape = x[0].value.shape();
  dependence.on_pairs(0, broadcast(numbers_of(column(shape)), shape), numbers_of(shape));
}

}  // namespace wg
