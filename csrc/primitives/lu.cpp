#include "primitives/lu.h"

#include <algorithm>
#include <bit>

#include "core/copy.h"
#include "formulas/comparison.h"
#include "graph/untracked.h"
#include "kernels/lu.h"
#include "kernels/triangular.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

[[noreturn]] void fail_singular(std::int64_t example, std::span<const std::int64_t> leading) {
  fail<LinearAlgebraError>("Singular matrix: ", named_example(example, leading), " has no inverse");
}

void require_pivots(std::string_view operation, const Type& pivots) {
  if (is_integral(pivots.dtype)) return;
  fail<DTypeError>(operation, ": pivots are ", name(pivots.dtype), "; integers are needed");
}

/// Fails unless all pivots are rows.
void require_rows(std::string_view operation, const View& pivots, std::int64_t rows) {
  const auto* const first = pivots.as<const std::int32_t>();
  for (std::int64_t i = 0; i < pivots.size(); ++i) {
    if (first[i] >= 0 && first[i] < rows) continue;
    fail<IndexRangeError>(operation, ": a pivot is ", first[i], "; 0 to ", rows - 1, " is needed");
  }
}

/// Small systems, several at once. `alone` solves one of them if it can be solved.
template <class F>
void solve_in_groups(bool is_transposed, const Examples& matrices, const View& y,
                     std::span<const std::int64_t> leading, const F& alone) {
  const std::int64_t n = y.shape()[leading.size()], k = y.shape().back();
  const Examples results(y, leading);
  constexpr int most = kernels::systems_at_once;
  const std::int64_t count = element_count(leading), groups = (count + most - 1) / most;
  // The number of the first example of a group that has no solution, or -1.
  const auto failing = [&](std::int64_t group, int thread) -> std::int64_t {
    const std::byte* a[most];
    std::byte* b[most];
    const std::int64_t first = group * most;
    const auto own = static_cast<int>(std::min<std::int64_t>(most, count - first));
    for (int w = 0; w < own; ++w) {
      a[w] = matrices[first + w];
      b[w] = results[first + w];
    }
    const std::uint64_t solved = kernels::solve_systems(y.dtype, is_transposed, a, n, b, k, own);
    for (std::int64_t w = std::countr_one(solved); w < own; ++w) {
      if (!(solved >> w & 1) && !alone(first + w, thread)) return first + w;
    }
    return -1;
  };
  const std::int64_t failed =
      first_failure(groups, std::min<std::int64_t>(most, count) * (2 + n * n * (n + k) / 8),
                    [&](std::int64_t group, int thread) { return failing(group, thread) < 0; });
  if (failed >= 0) fail_singular(failing(failed, 0), leading);
}

/// P^T as matrices of zeros and ones: its product with a matrix exchanges rows.
Var exchange_of(const Var& pivots, std::int64_t rows, DType dtype) {
  const Var order = apply_structural(LuOrder{.rows = rows}, {pivots});
  const Var numbers = pivots.builder->constant(numbers_of(Shape{rows}));
  return convert(equal(column(order), numbers), dtype);
}

/// The first rows and columns of an identity matrix.
Var ones_on_diagonal(std::int64_t rows, std::int64_t columns, std::int64_t from, const Var& like) {
  Array ones = Array::zeros(DType::float64, Shape{rows, columns});
  for (std::int64_t i = from; i < std::min(rows, columns); ++i) {
    ones.mutable_data<double>()[i * (columns + 1)] = 1;
  }
  return convert(like.builder->constant(std::move(ones)), like.dtype());
}

/// The factors of an m x n matrix, both square: filled up with ones on the diagonal.
struct SquareFactors {
  Var l, u;

  explicit SquareFactors(const Var& packed) {
    const std::int64_t m = packed.shape()[packed.shape().size() - 2], n = packed.shape().back();
    l = lower_triangle(packed, -1);
    u = upper_triangle(packed);
    if (m != n) {
      const Var fitting = ones_on_diagonal(n, m, 0, packed);
      l = matmul(l, fitting);
      u = matmul(fitting, u);
      if (m < n) u = u + ones_on_diagonal(n, n, m, packed);
    }
    l = l + identity_matrix(m, packed);
  }
};

/// The products and solutions from the right are those of transposes from the left.
Var solved_from_right(const Var& u, const Var& b, bool is_transposed) {
  return matrix_transpose(triangular_solve(u, matrix_transpose(b),
                                           {.is_lower = false, .is_transposed = !is_transposed}));
}

/// -x y^T. Complex columns have no loop of their own: their product broadcasts.
Var minus_outer(const Var& x, const Var& y) {
  const bool is_broadcast = x.shape().back() == 1 && is_complex(x.dtype());
  return is_broadcast ? -x * matrix_transpose(y) : matmul(-x, matrix_transpose(y));
}

}  // namespace

std::vector<Type> Lu::infer(const Type& x) const {
  require_matrices(name, x);
  const auto leading = leading_axes(x.shape());
  const std::int64_t m = x.shape()[leading.size()], n = x.shape().back();
  return {{inexact(x.dtype), with_matrices(leading, n, m)},
          {DType::int32, with_matrices(leading, -1, std::min(m, n))}};
}

void Lu::evaluate(const View& x, std::span<const View> y, Workspace&) const {
  if (x.size() == 0) return;
  const auto leading = leading_axes(x.shape());
  const std::int64_t m = x.shape()[leading.size()], n = x.shape().back(), k = std::min(m, n);
  const std::int64_t item = x.item(), bytes = m * n * item;
  first_failure(element_count(leading), 20 + m * n * k / 4, [&](std::int64_t i, int) {
    copy_strided(x.data + i * bytes, {1, n}, y[0].data + i * bytes, {m, 1}, Dims{n, m}, item);
    kernels::lu(x.dtype, y[0].data + i * bytes, m, n, y[1].as<std::int32_t>() + i * k);
    return true;
  });
}

// P^T dx = dL U + L dU: with z = L^-1 P^T dx U^-1, dL = L z below the diagonal, and dU = z U from
// there on.
Contribution Lu::vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const {
  if (!cts[0]) return {};
  const SquareFactors factors(matrix_transpose(y[0]));
  const Var ct = matrix_transpose(cts[0]);
  const Var below = lower_triangle(matmul(matrix_transpose(factors.l), lower_triangle(ct, -1)), -1);
  const Var above = upper_triangle(matmul(upper_triangle(ct), matrix_transpose(factors.u)));
  const Var left =
      triangular_solve(factors.l, below + above,
                       {.is_lower = true, .is_transposed = true, .has_unit_diagonal = true});
  const std::int64_t m = x.shape()[x.shape().size() - 2];
  return matmul(matrix_transpose(exchange_of(y[1], m, left.dtype())),
                solved_from_right(factors.u, left, true));
}

std::vector<Var> Lu::jvp(const Var& x, std::span<const Var> y, const Var& t) const {
  const SquareFactors factors(matrix_transpose(y[0]));
  const std::int64_t m = x.shape()[x.shape().size() - 2];
  const Var moved = matmul(exchange_of(y[1], m, y[0].dtype()), t);
  const Var z = solved_from_right(
      factors.u, triangular_solve(factors.l, moved, {.has_unit_diagonal = true}), false);
  const Var below = matmul(factors.l, lower_triangle(z, -1));
  const Var above = matmul(upper_triangle(z), factors.u);
  return {matrix_transpose(below + above), Var()};
}

Type LuOrder::infer(std::span<const Type> x) const {
  if (x[0].ndim() == 0 || rows < x[0].shape().back()) {
    fail<ShapeError>(name, ": pivots are ", Dims(x[0].shape()), " and rows is ", rows,
                     "; as many rows as pivots are needed");
  }
  require_pivots(name, x[0]);
  return {DType::int64, with_matrices(leading_axes(x[0].shape(), 1), -1, rows)};
}

void LuOrder::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const std::int64_t count = x[0].shape().back();
  const std::int64_t examples = element_count(leading_axes(x[0].shape(), 1));
  require_rows(name, x[0], rows);
  for (std::int64_t i = 0; i < examples; ++i) {
    kernels::permutation(x[0].as<std::int32_t>() + i * count, count,
                         y.as<std::int64_t>() + i * rows, rows);
  }
}

Type LuSolve::infer(std::span<const Type> x) const {
  const Type dtypes[] = {x[1], x[3]};
  const Type type = solution_type(name, x[1], x[3], inexact(joined_dtype(name, dtypes)));
  const std::int64_t n = x[1].shape().back();
  const auto leading = leading_axes(type.shape());
  require_examples(name, x[0], leading, {n, n});
  require_pivots(name, x[2]);
  require_examples(name, x[2], leading, {n});
  return type;
}

void LuSolve::add_work(std::span<const View> x, const View&, Work& work) const {
  for (const std::size_t i : {1, 2}) add_dense(x[i], work);
}

void LuSolve::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  if (y.size() == 0) return;
  const View factors = lying_densely(x[1], work), pivots = lying_densely(x[2], work);
  const auto leading = leading_axes(y.shape());
  const std::int64_t k = y.shape().back(), n = factors.shape().back();
  const Examples matrices(factors, leading), exchanges(pivots, leading, 1), results(y, leading);
  require_rows(name, pivots, n);
  copy_strided(x[3], y.data, y.shape(), dense_strides(y.shape()));
  const std::int64_t failed =
      first_failure(element_count(leading), 40 + n * n * k / 4, [&](std::int64_t i, int) {
        if (kernels::first_zero_pivot(y.dtype, matrices[i], n) != 0) return false;
        kernels::solve_by_lu(y.dtype, is_transposed, matrices[i],
                             reinterpret_cast<const std::int32_t*>(exchanges[i]), n, results[i], k);
        return true;
      });
  if (failed >= 0) fail_singular(failed, leading);
}

// Giles (2008), sec. 2.2.3: a dx = db - da x.
void LuSolve::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                  std::span<Contribution> contributions) const {
  const Var of_b = Factored{x[0], x[1], x[2]}.solve(ct, !is_transposed);
  if (wanted[0]) {
    contributions[0] = is_transposed ? minus_outer(y, of_b) : minus_outer(of_b, y);
  }
  if (wanted[3]) contributions[3] = of_b;
}

Var LuSolve::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var right = t[3];
  if (t[0]) {
    const Var moved = matmul(is_transposed ? matrix_transpose(t[0]) : t[0], y);
    right = right ? right - moved : -moved;
  }
  if (!right) return {};
  return Factored{x[0], x[1], x[2]}.solve(right, is_transposed);
}

Var LuSolve::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const bool is_shared = !is_batched[0] && !is_batched[1] && !is_batched[2];
  if (is_shared && x[1].ndim() == 2 && x[3].ndim() == 3) {
    return from_columns(apply_structural(*this, {x[0], x[1], x[2], as_columns(x[3])}),
                        x[3].shape()[0], x[3].shape()[2]);
  }
  const int own[] = {2, 2, 1, 2};
  int leading = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < 4; ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], own[i], leading));
  }
  // The others do not decide the shape of the result.
  if (!is_batched[1] && !is_batched[3]) {
    const std::int64_t examples = batch_length(x, is_batched);
    lifted[3] = with_leading_axes(with_batch_axis(x[3], false, examples), true, 2, leading);
  }
  return apply_structural(*this, std::move(lifted));
}

void LuSolve::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_columns(x[3], 3, y, dependence);
}

Type Solve::infer(std::span<const Type> x) const {
  return solution_type(name, x[0], x[1], inexact(joined_dtype(name, x)));
}

void Solve::add_work(std::span<const View> x, const View& y, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(y.shape())),
                    kernels::lu_work(y.dtype, x[0].shape().back()), work);
}

void Solve::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = x[0].shape().back(), k = y.shape().back();
  const auto leading = leading_axes(y.shape());
  const ThreadMemory memory(element_count(leading), kernels::lu_work(y.dtype, n), work);
  if (y.size() == 0) return;
  const Examples matrices(x[0], leading), results(y, leading);
  if (same_shape(*x[1].layout, *y.layout))
    std::copy_n(x[1].data, y.size() * y.item(), y.data);
  else
    copy_strided(x[1], y.data, y.shape(), dense_strides(y.shape()));
  const auto alone = [&](std::int64_t i, int thread) {
    return kernels::solve(y.dtype, is_transposed, matrices[i], n, results[i], k, memory[thread]);
  };
  if (kernels::is_small_system(n, k)) {
    return solve_in_groups(is_transposed, matrices, y, leading, alone);
  }
  const std::int64_t failed =
      first_failure(element_count(leading), 20 + n * n * (n + k) / 4, alone);
  if (failed >= 0) fail_singular(failed, leading);
}

void Solve::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  const Var of_b = apply_structural(Solve{.is_transposed = !is_transposed}, {x[0], ct});
  if (wanted[0]) {
    contributions[0] = is_transposed ? minus_outer(y, of_b) : minus_outer(of_b, y);
  }
  if (wanted[1]) contributions[1] = of_b;
}

Var Solve::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var right = t[1];
  if (t[0]) {
    const Var moved = matmul(is_transposed ? matrix_transpose(t[0]) : t[0], y);
    right = right ? right - moved : -moved;
  }
  return apply_structural(*this, {x[0], right});
}

Var Solve::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  if (!is_batched[0] && x[0].ndim() == 2 && x[1].ndim() == 3) {
    return from_columns(apply_structural(*this, {x[0], as_columns(x[1])}), x[1].shape()[0],
                        x[1].shape()[2]);
  }
  const int leading = std::max(x[0].ndim() - is_batched[0], x[1].ndim() - is_batched[1]) - 2;
  return apply_structural(*this, {with_leading_axes(x[0], is_batched[0], 2, leading),
                                  with_leading_axes(x[1], is_batched[1], 2, leading)});
}

void Solve::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_columns(x[1], 1, y, dependence);
}

Var Factored::solve(const Var& b, bool is_transposed) const {
  return apply_structural(LuSolve{.is_transposed = is_transposed}, {a, factors, pivots, b});
}

Factored factored(const Var& a) {
  const Untracked untracked(true);
  const std::vector<Var> lu = factors(Lu{}, a);
  return {a, lu[0], lu[1]};
}

Var inverse_transposed(const Factored& matrix) {
  const Var ones = identity_matrix(matrix.factors.shape().back(), matrix.factors);
  return matrix.solve(ones, true);
}

}  // namespace wg
