#include "primitives/hermitian.h"

#include "graph/untracked.h"
#include "kernels/spectral.h"
#include "primitives/aligned.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/frames.h"
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

std::vector<Type> Eigvalsh::infer(const Type& x) const {
  require_square(name, x);
  const DType dtype = inexact(x.dtype);
  return {{wg::real_part(dtype), leading_axes(x.shape(), 1)}, {dtype, x.shape()}};
}

void Eigvalsh::add_work(const View& x, std::span<const View>, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(x.shape())),
                    kernels::eigh_work(x.dtype, x.shape().back(), false), work);
}

void Eigvalsh::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  evaluate_each(name, is_lower, x, y[0], nullptr, work);
  write_empty_frame(y[1]);
}

Contribution Eigvalsh::vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const {
  if (!cts[0]) return {};
  if (!cts[1]) {
    const std::vector<Var> found = [&] {
      const Untracked untracked;
      return factors(Eigh{.is_lower = is_lower}, x);
    }();
    const Var sum =
        apply_structural(EigenSum{.is_lower = is_lower}, {x, cts[0], found[0], found[1], y[1]});
    return given_to_triangle(sum, is_lower);
  }
  const auto found = factors(Eigh{.is_lower = is_lower, .is_with_values = true}, x);
  const Var frame = matmul(matmul(adjoint(found[1]), conjugate(cts[1])), found[1]);
  const Var v = apply_structural(InFrame{.what = std::string(name) + in_reverse_mode},
                                 {found[1], found[0], frame});
  return given_to_triangle(matmul(v * row(cts[0]), adjoint(v)), is_lower);
}

std::vector<Var> Eigvalsh::jvp(const Var& x, std::span<const Var> y, const Var& t) const {
  const auto found = factors(Eigh{.is_lower = is_lower}, x);
  const Var &w = found[0], &v = found[1];
  const Var m = matmul(matmul(adjoint(v), read_of_triangle(t, is_lower)), v);
  return {apply_structural(AlignedValues{.what = std::string(name)}, {m, w, y[1], v, v}), Var()};
}

}  // namespace wg
