#include "primitives/distances.h"

#include "core/broadcast.h"
#include "kernels/distances.h"
#include "primitives/elementwise.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/reduction.h"

namespace wg {
namespace {

Var weighted(const Var& w, const Var& x, const Var& y) {
  return apply_structural(WeightedDifferences{}, {w, x, y});
}

Var projected(const Var& v, const Var& x, const Var& y) {
  return apply_structural(ProjectedDifferences{}, {v, x, y});
}

/// What is added where some of the terms may be missing.
Var plus(const Var& x, const Var& y) {
  if (!x) return y;
  return y ? x + y : x;
}

std::int64_t rows_of(std::span<const std::int64_t> shape) { return shape[shape.size() - 2]; }

kernels::Rows rows_of(const View& x, const View& y) {
  return {rows_of(x.shape()), rows_of(y.shape()), x.shape().back()};
}

/// The leading axes of all operands, which are real matrices; the last two are x and y.
Shape leading_of(std::string_view name, std::span<const Type> operands) {
  Shape leading;
  for (const Type& operand : operands) {
    require_matrices(name, operand);
    if (is_complex(operand.dtype)) {
      fail<DTypeError>(name, ": an operand is ", wg::name(operand.dtype),
                       "; a real dtype is needed");
    }
    leading = broadcast_shapes(name, leading, leading_axes(operand.shape()));
  }
  return leading;
}

void require_widths(std::string_view name, const Type& x, const Type& y) {
  if (x.shape().back() == y.shape().back()) return;
  fail<ShapeError>(name, ": x is ", Dims(x.shape()), " and y is ", Dims(y.shape()),
                   "; as many columns are needed");
}

/// A third operand, of n rows beside those of x.
void require_beside(std::string_view name, const Type& x, std::int64_t n, std::int64_t columns) {
  if (rows_of(x.shape()) == n && x.shape().back() == columns) return;
  fail<ShapeError>(name, ": an operand is ", Dims(x.shape()), "; ", n, " rows of ", columns,
                   " are needed");
}

Var with_examples(std::span<const Var> x, std::span<const bool> is_batched, auto p) {
  int leading = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    leading = std::max(leading, x[i].ndim() - is_batched[i] - 2);
  std::vector<Var> operands;
  for (std::size_t i = 0; i < x.size(); ++i)
    operands.push_back(with_leading_axes(x[i], is_batched[i], 2, leading));
  return apply_structural(p, std::move(operands));
}

void add_columns(const kernels::Rows& rows, const View& z, Work& work) {
  ThreadMemory::add(element_count(leading_axes(z.shape())), kernels::distances_work(z.dtype, rows),
                    work);
}

/// Calls work(example, memory) for each example.
template <class F>
void for_each_example(const kernels::Rows& rows, const View& z, Workspace& work, const F& f) {
  const std::int64_t count = element_count(leading_axes(z.shape()));
  const ThreadMemory memory(count, kernels::distances_work(z.dtype, rows), work);
  first_failure(count, 20 + rows.n * rows.m * rows.d, [&](std::int64_t i, int thread) {
    f(i, memory[thread]);
    return true;
  });
}

}  // namespace

Type SquaredDistances::infer(std::span<const Type> x) const {
  const Shape leading = leading_of(name, x);
  require_widths(name, x[0], x[1]);
  return {inexact(joined_dtype(name, x)),
          with_matrices(leading, rows_of(x[0].shape()), rows_of(x[1].shape()))};
}

void SquaredDistances::add_work(std::span<const View> x, const View& y, Work& work) const {
  add_columns(rows_of(x[0], x[1]), y, work);
}

void SquaredDistances::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const kernels::Rows rows = rows_of(x[0], x[1]);
  const auto leading = leading_axes(y.shape());
  const Examples one(x[0], leading), other(x[1], leading), results(y, leading);
  for_each_example(rows, y, work, [&](std::int64_t i, std::byte* memory) {
    kernels::squared_distances(y.dtype, rows, one[i], other[i], results[i], memory);
  });
}

void SquaredDistances::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                           std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = 2 * weighted(ct, x[0], x[1]);
  if (wanted[1]) contributions[1] = 2 * weighted(matrix_transpose(ct), x[1], x[0]);
}

Var SquaredDistances::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var of_x = t[0] ? 2 * projected(t[0], x[0], x[1]) : Var();
  const Var of_y = t[1] ? 2 * matrix_transpose(projected(t[1], x[1], x[0])) : Var();
  return plus(of_x, of_y);
}

Var SquaredDistances::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_examples(x, is_batched, *this);
}

void SquaredDistances::sparsity(std::span<const Tensor> x, const Type& y,
                                Dependence& dependence) const {
  state_examples(x[0], 0, 1, y, 1, dependence);
  state_examples(x[1], 1, 2, y, 2, dependence);
}

Type WeightedDifferences::infer(std::span<const Type> x) const {
  const Shape leading = leading_of(name, x);
  require_widths(name, x[1], x[2]);
  require_beside(name, x[0], rows_of(x[1].shape()), rows_of(x[2].shape()));
  return {inexact(joined_dtype(name, x)),
          with_matrices(leading, rows_of(x[1].shape()), x[1].shape().back())};
}

void WeightedDifferences::add_work(std::span<const View> x, const View& y, Work& work) const {
  add_columns(rows_of(x[1], x[2]), y, work);
}

void WeightedDifferences::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const kernels::Rows rows = rows_of(x[1], x[2]);
  const auto leading = leading_axes(y.shape());
  const Examples weights(x[0], leading), one(x[1], leading), other(x[2], leading);
  const Examples results(y, leading);
  for_each_example(rows, y, work, [&](std::int64_t i, std::byte* memory) {
    kernels::weighted_differences(y.dtype, rows, weights[i], one[i], other[i], results[i], memory);
  });
}

void WeightedDifferences::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                              std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = projected(ct, x[1], x[2]);
  if (wanted[1]) contributions[1] = sum(x[0], {-1}, true) * ct;
  if (wanted[2]) contributions[2] = -matmul(matrix_transpose(x[0]), ct);
}

Var WeightedDifferences::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  Var result = t[0] ? weighted(t[0], x[1], x[2]) : Var();
  if (t[1]) result = plus(result, sum(x[0], {-1}, true) * t[1]);
  return t[2] ? plus(result, -matmul(x[0], t[2])) : result;
}

Var WeightedDifferences::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_examples(x, is_batched, *this);
}

void WeightedDifferences::sparsity(std::span<const Tensor> x, const Type& y,
                                   Dependence& dependence) const {
  state_examples(x[0], 0, 1, y, 1, dependence);
  state_examples(x[1], 1, 1, y, 1, dependence);
  state_examples(x[2], 2, 2, y, 2, dependence);
}

Type ProjectedDifferences::infer(std::span<const Type> x) const {
  const Shape leading = leading_of(name, x);
  require_widths(name, x[1], x[2]);
  require_beside(name, x[0], rows_of(x[1].shape()), x[1].shape().back());
  return {inexact(joined_dtype(name, x)),
          with_matrices(leading, rows_of(x[1].shape()), rows_of(x[2].shape()))};
}

void ProjectedDifferences::add_work(std::span<const View> x, const View& y, Work& work) const {
  add_columns(rows_of(x[1], x[2]), y, work);
}

void ProjectedDifferences::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const kernels::Rows rows = rows_of(x[1], x[2]);
  const auto leading = leading_axes(y.shape());
  const Examples vectors(x[0], leading), one(x[1], leading), other(x[2], leading);
  const Examples results(y, leading);
  for_each_example(rows, y, work, [&](std::int64_t i, std::byte* memory) {
    kernels::projected_differences(y.dtype, rows, vectors[i], one[i], other[i], results[i], memory);
  });
}

void ProjectedDifferences::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                               std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = weighted(ct, x[1], x[2]);
  if (wanted[1]) contributions[1] = sum(ct, {-1}, true) * x[0];
  if (wanted[2]) contributions[2] = -matmul(matrix_transpose(ct), x[0]);
}

Var ProjectedDifferences::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  Var result = t[0] ? projected(t[0], x[1], x[2]) : Var();
  if (t[1]) result = plus(result, sum(x[0] * t[1], {-1}, true));
  return t[2] ? plus(result, -matmul(x[0], matrix_transpose(t[2]))) : result;
}

Var ProjectedDifferences::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_examples(x, is_batched, *this);
}

void ProjectedDifferences::sparsity(std::span<const Tensor> x, const Type& y,
                                    Dependence& dependence) const {
  state_examples(x[0], 0, 1, y, 1, dependence);
  state_examples(x[1], 1, 1, y, 1, dependence);
  state_examples(x[2], 2, 2, y, 2, dependence);
}

}  // namespace wg
