#include "primitives/sorting.h"

#include <numeric>

#include "kernels/convert.h"
#include "kernels/sort.h"
#include "primitives/axes.h"
#include "primitives/dependence.h"
#include "primitives/indexing.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {
namespace {

template <class P> Var along(std::int64_t axis, std::initializer_list<Var> operands) {
  P p;
  p.axis = axis;
  return apply_structural(std::move(p), std::span(operands.begin(), operands.size()));
}

/// Index operands that stay where they are on every axis but one.
std::vector<Var> indices_along(const Var& positions, std::int64_t axis) {
  const int rank = positions.ndim();
  std::vector<Var> indices;
  for (int i = 0; i < rank; ++i) {
    if (i - rank == axis) {
      indices.push_back(positions);
      continue;
    }
    const std::int64_t n = positions.shape()[static_cast<std::size_t>(i)];
    Shape shape(rank, 1);
    shape[i] = n;
    Array places = Array::empty(DType::int64, shape);
    std::iota(places.mutable_data<std::int64_t>(), places.mutable_data<std::int64_t>() + n, 0);
    indices.push_back(positions.builder->constant(std::move(places)));
  }
  return indices;
}

Dims all_axes(int rank) {
  Dims axes(rank);
  for (int i = 0; i < rank; ++i) axes[i] = i - rank;
  return axes;
}

}  // namespace

Type Sort::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  return {x[0].dtype, x[0].layout};
}

void Sort::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_sort(x[0], static_cast<int>(axis), work);
}

void Sort::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::sort(x[0], static_cast<int>(axis), y, work);
}

Contribution Sort::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  return put_along(averaged_ties(ct, y, axis), along<Argsort>(axis, {x[0]}), axis);
}

Var Sort::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return averaged_ties(take_along(t[0], along<Argsort>(axis, {x[0]}), axis), y, axis);
}

Type Argsort::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  return {DType::int64, x[0].layout};
}

void Argsort::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_argsort(x[0], static_cast<int>(axis), work);
}

void Argsort::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::argsort(x[0], static_cast<int>(axis), y, work);
}

Type Searchsorted::infer(std::span<const Type> x) const {
  const auto a = x[0].shape(), v = x[1].shape();
  const bool fits =
      a.size() == 1 || (!a.empty() && a.size() == v.size() &&
                        std::ranges::equal(a.first(a.size() - 1), v.first(v.size() - 1)));
  if (!fits) {
    fail<ShapeError>("searchsorted: a is ", Dims(a), " and v is ", Dims(v),
                     "; a must be (N,), or all axes but the last must be equal");
  }
  (void)joined_dtype(name, x);
  return {DType::int64, v};
}

// Compared in a dtype that holds both.
void Searchsorted::add_work(std::span<const View> x, const View&, Work& work) const {
  const DType dtype = promote(x[0].dtype, x[1].dtype);
  for (const View& own : x) {
    if (own.dtype != dtype) add_converted(own, dtype, work);
  }
}

void Searchsorted::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const DType dtype = promote(x[0].dtype, x[1].dtype);
  const auto as_both = [&](const View& own) {
    return own.dtype == dtype ? own : converted(own, dtype, work);
  };
  const View a = as_both(x[0]), v = as_both(x[1]);
  kernels::searchsorted(a, v, right, y);
}

Var Searchsorted::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t n = batch_length(x, is_batched);
  if (!is_batched[0] && x[0].ndim() == 1) return apply_structural(*this, {x[0], x[1]});
  const Var a = with_batch_axis(x[0], is_batched[0], n),
            v = with_batch_axis(x[1], is_batched[1], n);
  if (a.ndim() > 2) return apply_structural(*this, {a, v});
  const Var lines = reshape(v, {n, v.size() / std::max<std::int64_t>(n, 1)});
  return reshape(apply_structural(*this, {a, lines}), Shape(v.shape()));
}

Type AverageTies::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  if (!std::ranges::equal(x[0].shape(), x[1].shape())) {
    fail<ShapeError>("average_ties: v is ", Dims(x[0].shape()), " and the keys are ",
                     Dims(x[1].shape()), "; shapes must be equal");
  }
  if (!is_inexact(x[0].dtype)) {
    fail<DTypeError>("average_ties: v is ", wg::name(x[0].dtype), "; an inexact dtype is needed");
  }
  return {x[0].dtype, x[0].layout};
}

void AverageTies::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::average_ties(x[0], x[1], static_cast<int>(axis), y);
}

void AverageTies::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                      std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = averaged_ties(ct, x[1], axis);
}

Var AverageTies::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return t[0] ? averaged_ties(t[0], x[1], axis) : Var();
}

Var AverageTies::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t n = batch_length(x, is_batched);
  return along<AverageTies>(
      axis, {with_batch_axis(x[0], is_batched[0], n), with_batch_axis(x[1], is_batched[1], n)});
}

Var take_along(const Var& x, const Var& positions, std::int64_t axis) {
  return gather(x, indices_along(positions, axis), all_axes(positions.ndim()), 0);
}

Contribution put_along(Var ct, const Var& positions, std::int64_t axis) {
  Contribution c(std::move(ct));
  c.at = &structural_row_of<AddAt>;
  c.payload = payload_of(AddAt{.axes = all_axes(positions.ndim())});
  c.index = indices_along(positions, axis);
  return c;
}

Var averaged_ties(const Var& v, const Var& keys, std::int64_t axis) {
  return along<AverageTies>(axis, {v, keys});
}

void Sort::sparsity(std::span<const Tensor>, const Type& y, Dependence& dependence) const {
  state_lines(0, y, axis, dependence);
}

void AverageTies::sparsity(std::span<const Tensor>, const Type& y, Dependence& dependence) const {
  state_lines(0, y, axis, dependence);
}

}  // namespace wg
