#include "primitives/cholesky.h"

#include <algorithm>

#include "kernels/cholesky.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

/// The lower triangle with half of the diagonal.
Var half(const Var& x) { return 0.5 * (lower_triangle(x) + lower_triangle(x, -1)); }

}  // namespace

Type Cholesky::infer(std::span<const Type> x) const {
  require_square(name, x[0]);
  return {inexact(x[0].dtype), x[0].shape()};
}

void Cholesky::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const auto leading = leading_axes(y.shape());
  const std::int64_t n = y.shape().back(), count = element_count(leading);
  if (y.size() == 0) return;
  const std::int64_t bytes = n * n * y.item();
  const std::int64_t failed = first_failure(count, 20 + n * n * n / 10, [&](std::int64_t i, int) {
    std::byte* const matrix = y.data + i * bytes;
    std::copy_n(x[0].data + i * bytes, bytes, matrix);
    return kernels::cholesky(y.dtype, matrix, n);
  });
  if (failed < 0) return;
  std::byte* const matrix = y.data + failed * bytes;
  std::copy_n(x[0].data + failed * bytes, bytes, matrix);
  const kernels::Pivot pivot = kernels::first_pivot_not_positive(y.dtype, matrix, n);
  fail<LinearAlgebraError>(name, ": ", named_example(failed, leading),
                           " is not positive definite (pivot ", pivot.number, " is ", pivot.value,
                           ")");
}

// Murray, Differentiation of the Cholesky decomposition, 2016, eq. 8 and 10, for complex matrices
// and the triangle that is read: dx = half(t) + half(t)^H.
Contribution Cholesky::vjp(std::span<const Var>, const Var& l, const Var& ct) const {
  const Var p = half(matmul(adjoint(l), conjugate(ct)));
  const Var left = triangular_solve(conjugate(l), p, {.is_transposed = true});
  const Var s =
      matrix_transpose(triangular_solve(l, matrix_transpose(left), {.is_transposed = true}));
  return conjugate(half(s + adjoint(s)));
}

Var Cholesky::jvp(std::span<const Var>, const Var& l, std::span<Var> t) const {
  const Var lower = half(t[0]);
  const Var left = triangular_solve(l, lower + adjoint(lower), {});
  return matmul(l, half(adjoint(triangular_solve(l, adjoint(left), {}))));
}

void Cholesky::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
}

}  // namespace wg
