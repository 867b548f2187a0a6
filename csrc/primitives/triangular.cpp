#include "primitives/triangular.h"

#include "core/copy.h"
#include "kernels/triangular.h"
#include "primitives/elementwise.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {

Type TriangularSolve::infer(std::span<const Type> x) const {
  return solution_type(name, x[0], x[1], inexact(joined_dtype(name, x)));
}

void TriangularSolve::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const std::int64_t k = y.shape().back(), n = x[0].shape().back();
  const Examples matrices(x[0], leading), results(y, leading);
  copy_strided(x[1], y.data, y.shape(), dense_strides(y.shape()));
  const std::int64_t failed =
      first_failure(element_count(leading), 20 + n * n * k / 8, [&](std::int64_t i, int) {
        if (!has_unit_diagonal && kernels::first_zero_pivot(y.dtype, matrices[i], n) != 0) {
          return false;
        }
        kernels::solve_triangular(y.dtype, {is_lower, is_transposed, has_unit_diagonal},
                                  matrices[i], n, results[i], k);
        return true;
      });
  if (failed < 0) return;
  fail<LinearAlgebraError>(
      name, ": ", named_example(failed, leading), " is a singular matrix; element ",
      kernels::first_zero_pivot(y.dtype, matrices[failed], n) - 1, " of its diagonal is zero");
}

/// The part of something of the matrix's shape that is read of the matrix.
Var TriangularSolve::read_of(const Var& a) const {
  const std::int64_t inside = has_unit_diagonal ? 1 : 0;
  return is_lower ? lower_triangle(a, -inside) : upper_triangle(a, inside);
}

// Giles (2008), sec. 2.2.3: a dx = db - da x.
void TriangularSolve::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                          std::span<Contribution> contributions) const {
  const Var of_b = triangular_solve(x[0], ct, {is_lower, !is_transposed, has_unit_diagonal});
  if (wanted[0]) {
    const Var product =
        is_transposed ? matmul(y, matrix_transpose(of_b)) : matmul(of_b, matrix_transpose(y));
    contributions[0] = -read_of(product);
  }
  if (wanted[1]) contributions[1] = of_b;
}

Var TriangularSolve::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var right = t[1];
  if (t[0]) {
    const Var own = read_of(t[0]);
    const Var moved = matmul(is_transposed ? matrix_transpose(own) : own, y);
    right = right ? right - moved : -moved;
  }
  return triangular_solve(x[0], right, {is_lower, is_transposed, has_unit_diagonal});
}

Var TriangularSolve::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  if (!is_batched[0] && x[0].ndim() == 2 && x[1].ndim() == 3) {
    return from_columns(apply_structural(*this, {x[0], as_columns(x[1])}), x[1].shape()[0],
                        x[1].shape()[2]);
  }
  const int leading = std::max(x[0].ndim() - is_batched[0], x[1].ndim() - is_batched[1]) - 2;
  return apply_structural(*this, {with_leading_axes(x[0], is_batched[0], 2, leading),
                                  with_leading_axes(x[1], is_batched[1], 2, leading)});
}

void TriangularSolve::sparsity(std::span<const Tensor> x, const Type& y,
                               Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_columns(x[1], 1, y, dependence);
}

Var triangular_solve(const Var& a, const Var& b, TriangleRead how) {
  return apply_structural(TriangularSolve{.is_lower = how.is_lower,
                                          .is_transposed = how.is_transposed,
                                          .has_unit_diagonal = how.has_unit_diagonal},
                          {a, b});
}

Var as_columns(const Var& b) {
  const std::int64_t batch = b.shape()[0], n = b.shape()[1], k = b.shape()[2];
  return reshape(transpose(b, {-2, -3, -1}), {n, batch * k});
}

Var from_columns(const Var& x, std::int64_t batch, std::int64_t k) {
  return transpose(reshape(x, {x.shape()[0], batch, k}), {-2, -3, -1});
}

}  // namespace wg
