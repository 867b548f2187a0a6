#include "primitives/hermitian.h"

#include "graph/untracked.h"
#include "kernels/spectral.h"
#include "primitives/aligned.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/gaps.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/spectral_sums.h"

namespace wg {
namespace {

/// The triangle that is read, with half of the diagonal.
Var half(const Var& x, bool is_lower) {
  return 0.5 * (is_lower ? lower_triangle(x) + lower_triangle(x, -1)
                         : upper_triangle(x) + upper_triangle(x, 1));
}

/// Values, and vectors unless they are null, of every example.
void evaluate_each(std::string_view name, bool is_lower, const View& x, const View& w,
                   const View* v, Workspace& work) {
  const std::int64_t n = x.shape().back(), item = x.item();
  const std::int64_t bytes = kernels::eigh_work(x.dtype, n, v != nullptr);
  const auto leading = leading_axes(x.shape());
  const std::int64_t count = element_count(leading);
  const ThreadMemory memory(count, bytes, work);
  if (x.size() == 0) return;
  const std::int64_t failed =
      first_failure(count, 2000 + 4 * n * n * n, [&](std::int64_t i, int thread) {
        return kernels::eigh(x.dtype, x.data + i * n * n * item, n, is_lower,
                             w.data + i * n * w.item(), v ? v->data + i * n * n * item : nullptr,
                             memory[thread]);
      });
  if (failed < 0) return;
  fail<LinearAlgebraError>(name, ": the eigenvalues of ", named_example(failed, leading),
                           " did not converge");
}

}  // namespace

Var read_of_triangle(const Var& t, bool is_lower) {
  const Var part = half(t, is_lower);
  return part + adjoint(part);
}

Var given_to_triangle(const Var& g, bool is_lower) {
  return conjugate(half(g + adjoint(g), is_lower));
}

std::vector<Type> Eigh::infer(const Type& x) const {
  require_square(name, x);
  const DType dtype = inexact(x.dtype);
  return {{wg::real_part(dtype), leading_axes(x.shape(), 1)}, {dtype, x.shape()}};
}

void Eigh::add_work(const View& x, std::span<const View>, Work& work) const {
  const std::int64_t n = x.shape().back();
  ThreadMemory::add(element_count(leading_axes(x.shape())), kernels::eigh_work(x.dtype, n, true),
                    work);
}

void Eigh::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  evaluate_each(name, is_lower, x, y[0], &y[1], work);
}

// Giles (2008), sec. 3.1. A function of x sees neither the phases of vectors nor rotations among
// those of one value: the Hermitian part of V^H g says nothing, and the other vanishes there.
Contribution Eigh::vjp(const Var&, std::span<const Var> y, std::span<const Var> cts) const {
  const Var &w = y[0], &v = y[1];
  Var inner;
  if (cts[1]) {
    const Var m = matmul(adjoint(v), conjugate(cts[1]));
    if (cts[0] || is_with_values) require_nothing_of_multiples(name.data(), m, w);
    if (cts[0]) require_equal_for_multiples(name.data(), cts[0], w);
    inner = divide_by_gaps(name.data(), 0.5 * (m - adjoint(m)), w, w, DivideByGaps::zero_asked, m);
    if (cts[0]) inner = inner + identity_matrix(w.shape().back(), v) * row(cts[0]);
    return given_to_triangle(matmul(matmul(v, inner), adjoint(v)), is_lower);
  }
  return cts[0] ? Contribution(given_to_triangle(matmul(v * row(cts[0]), adjoint(v)), is_lower))
                : Contribution();
}

std::vector<Var> Eigh::jvp(const Var&, std::span<const Var> y, const Var& t) const {
  const Var &w = y[0], &v = y[1];
  const Var moved = matmul(matmul(adjoint(v), read_of_triangle(t, is_lower)), v);
  const Var turned = divide_by_gaps(name.data(), moved, w, w, DivideByGaps::zero, moved);
  return {real_part(diagonal(moved)), matmul(v, turned)};
}

Type Eigvalsh::infer(std::span<const Type> x) const {
  require_square(name, x[0]);
  return {wg::real_part(inexact(x[0].dtype)), leading_axes(x[0].shape(), 1)};
}

void Eigvalsh::add_work(std::span<const View> x, const View&, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(x[0].shape())),
                    kernels::eigh_work(x[0].dtype, x[0].shape().back(), false), work);
}

void Eigvalsh::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_each(name, is_lower, x[0], y, nullptr, work);
}

Contribution Eigvalsh::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  const std::vector<Var> y = [&] {
    const Untracked untracked;
    return factors(Eigh{.is_lower = is_lower}, x[0]);
  }();
  const Var sum = apply_structural(EigenSum{.is_lower = is_lower}, {x[0], ct, y[0], y[1]});
  return given_to_triangle(sum, is_lower);
}

Var Eigvalsh::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const std::vector<Var> y = factors(Eigh{.is_lower = is_lower, .is_with_values = true}, x[0]);
  const Var m = matmul(matmul(adjoint(y[1]), read_of_triangle(t[0], is_lower)), y[1]);
  return apply_structural(AlignedValues{.what = std::string(name)}, {m, y[0]});
}

void Eigvalsh::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 1, dependence);
}

}  // namespace wg
