#include "primitives/eigen.h"

#include "kernels/spectral.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/gaps.h"
#include "primitives/lu.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {
namespace {

void evaluate_each(std::string_view name, const View& x, const View& w, const View* v,
                   Workspace& work) {
  const std::int64_t n = x.shape().back(), item = w.item();
  const auto leading = leading_axes(x.shape());
  const std::int64_t count = element_count(leading);
  const ThreadMemory memory(count, kernels::eig_work(x.dtype, n, v != nullptr), work);
  if (x.size() == 0) return;
  const std::int64_t failed =
      first_failure(count, 4000 + 20 * n * n * n, [&](std::int64_t i, int thread) {
        return kernels::eig(x.dtype, x.data + i * n * n * x.item(), n, w.data + i * n * item,
                            v ? v->data + i * n * n * item : nullptr, memory[thread]);
      });
  if (failed < 0) return;
  fail<LinearAlgebraError>(name, ": the eigenvalues of ", named_example(failed, leading),
                           " did not converge");
}

}  // namespace

std::vector<Type> Eig::infer(const Type& x) const {
  require_square(name, x);
  const DType dtype = complex_of(inexact(x.dtype));
  return {{dtype, leading_axes(x.shape(), 1)}, {dtype, x.shape()}};
}

void Eig::add_work(const View& x, std::span<const View>, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(x.shape())),
                    kernels::eig_work(x.dtype, x.shape().back(), true), work);
}

void Eig::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  evaluate_each(name, x, y[0], &y[1], work);
}

// With b = V^-1 dx V: dw is its diagonal, and V^-1 dV its quotient by the gaps, less what keeps the
// norms. Giles (2008), sec. 3.1; Boeddeker, Hanebrink, Drude, Heymann and Haeb-Umbach, On the
// computation of complex-valued gradients with application to statistically optimum beamforming,
// 2017, eq. 4.77, for the norms.
Contribution Eig::vjp(const Var&, std::span<const Var> y, std::span<const Var> cts) const {
  const Var &w = y[0], &v = y[1];
  if (!cts[0] && !cts[1]) return {};
  Var inner;  // what b receives
  if (cts[0]) inner = identity_matrix(w.shape().back(), w) * row(cts[0]);
  if (cts[1]) {
    const Var m = matmul(adjoint(v), conjugate(cts[1]));
    const Var along = real_part(diagonal(m));
    const Var across = conjugate(m - matmul(adjoint(v), v) * row(along));
    if (cts[0]) require_equal_for_multiples(name.data(), cts[0], w);
    const Var turned = divide_by_gaps(name.data(), across, w, w, DivideByGaps::zero_asked, m);
    inner = inner ? inner + turned : turned;
  }
  return factored(v).solve(matmul(inner, matrix_transpose(v)), true);
}

std::vector<Var> Eig::jvp(const Var&, std::span<const Var> y, const Var& t) const {
  const Var &w = y[0], &v = y[1];
  const Var b = factored(v).solve(matmul(convert(t, v.dtype()), v));
  const Var moved = matmul(v, divide_by_gaps(name.data(), b, w, w, DivideByGaps::zero, b));
  const Var along = real_part(diagonal(matmul(adjoint(v), moved)));
  return {diagonal(b), moved - v * row(along)};
}

Type Eigvals::infer(std::span<const Type> x) const {
  require_square(name, x[0]);
  return {complex_of(inexact(x[0].dtype)), leading_axes(x[0].shape(), 1)};
}

void Eigvals::add_work(std::span<const View> x, const View&, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(x[0].shape())),
                    kernels::eig_work(x[0].dtype, x[0].shape().back(), false), work);
}

void Eigvals::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_each(name, x[0], y, nullptr, work);
}

Contribution Eigvals::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  const Var v = factors(Eig{}, x[0])[1];
  const Var inner = identity_matrix(ct.shape().back(), v) * row(ct);
  return factored(v).solve(matmul(inner, matrix_transpose(v)), true);
}

Var Eigvals::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var v = factors(Eig{}, x[0])[1];
  return diagonal(factored(v).solve(matmul(convert(t[0], v.dtype()), v)));
}

void Eigvals::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 1, dependence);
}

}  // namespace wg
