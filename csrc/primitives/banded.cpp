#include "primitives/banded.h"

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/banded.h"
#include "primitives/elementwise.h"
#include "primitives/matrices.h"
#include "primitives/promotion.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

template <class P> kernels::Band band_of(const P& p) { return {p.lower, p.upper}; }

/// The type of what has the shape of b (..., n, k), beside diagonals (..., lower + 1 + upper, n).
template <class P> Type type_beside(const P& p, std::span<const Type> x) {
  require_matrices(P::name, x[0]);
  require_matrices(P::name, x[1]);
  const auto of_a = x[0].shape(), of_b = x[1].shape();
  const std::int64_t n = of_a.back(), rows = of_a[of_a.size() - 2];
  if (p.lower < 0 || p.upper < 0 || rows != band_of(p).rows() || of_b[of_b.size() - 2] != n) {
    fail<ShapeError>(P::name, ": the diagonals are ", Dims(of_a), ", b is ", Dims(of_b),
                     ", lower is ", p.lower, " and upper is ", p.upper,
                     "; lower + 1 + upper diagonals, as long as b has rows, are needed");
  }
  return {inexact(joined_dtype(P::name, x)),
          with_matrices(broadcast_shapes(P::name, leading_axes(of_a), leading_axes(of_b)), n,
                        of_b.back())};
}

Var solved(BandedSolve how, const Var& a, const Var& b) { return apply_structural(how, {a, b}); }

Var product(BandedMatmul how, const Var& a, const Var& x) { return apply_structural(how, {a, x}); }

template <class P> Var band(const P& p, const Var& x, const Var& y) {
  return apply_structural(BandOfProduct{.lower = p.lower, .upper = p.upper}, {x, y});
}

/// The matrices of a batch beside what all of its examples share.
template <class P>
Var with_examples(const P& p, std::span<const Var> x, std::span<const bool> is_batched) {
  const int leading = std::max(x[0].ndim() - is_batched[0], x[1].ndim() - is_batched[1]) - 2;
  return apply_structural(p, {with_leading_axes(x[0], is_batched[0], 2, leading),
                              with_leading_axes(x[1], is_batched[1], 2, leading)});
}

/// The same, where right-hand sides of all examples are columns beside a matrix that they share.
template <class P>
Var with_columns(const P& p, std::span<const Var> x, std::span<const bool> is_batched) {
  if (is_batched[0] || x[0].ndim() != 2 || x[1].ndim() != 3) return with_examples(p, x, is_batched);
  return from_columns(apply_structural(p, {x[0], as_columns(x[1])}), x[1].shape()[0],
                      x[1].shape()[2]);
}

}  // namespace

Type BandedSolve::infer(std::span<const Type> x) const { return type_beside(*this, x); }

void BandedSolve::add_work(std::span<const View> x, const View& y, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(y.shape())),
                    kernels::banded_work(y.dtype, band_of(*this), x[0].shape().back()), work);
}

void BandedSolve::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = x[0].shape().back(), k = y.shape().back();
  const auto leading = leading_axes(y.shape());
  const kernels::Band band = band_of(*this);
  const ThreadMemory memory(element_count(leading), kernels::banded_work(y.dtype, band, n), work);
  if (y.size() == 0) return;
  const Examples matrices(x[0], leading), results(y, leading);
  copy_strided(x[1], y.data, y.shape(), dense_strides(y.shape()));
  const std::int64_t failed =
      first_failure(element_count(leading), 20 + n * (lower + 1) * (band.rows() + k),
                    [&](std::int64_t i, int thread) {
                      return kernels::solve_banded(y.dtype, band, is_transposed, is_definite,
                                                   matrices[i], n, results[i], k, memory[thread]);
                    });
  if (failed < 0) return;
  if (is_definite) {
    fail<LinearAlgebraError>(name, ": ", named_example(failed, leading),
                             " is not positive definite");
  }
  fail<LinearAlgebraError>(name, ": ", named_example(failed, leading), " is a singular matrix");
}

// Giles (2008), sec. 2.2.3: a dx = db - da x, of which the band of da is all that there is.
void BandedSolve::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                      std::span<Contribution> contributions) const {
  const Var of_b = solved({{}, lower, upper, !is_transposed, is_definite}, x[0], ct);
  if (wanted[0]) contributions[0] = -(is_transposed ? band(*this, y, of_b) : band(*this, of_b, y));
  if (wanted[1]) contributions[1] = of_b;
}

Var BandedSolve::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var right = t[1];
  if (t[0]) {
    const Var moved = product({{}, lower, upper, is_transposed}, t[0], y);
    right = right ? right - moved : -moved;
  }
  return solved(*this, x[0], right);
}

Var BandedSolve::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_columns(*this, x, is_batched);
}

void BandedSolve::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_columns(x[1], 1, y, dependence);
}

Type BandedMatmul::infer(std::span<const Type> x) const { return type_beside(*this, x); }

void BandedMatmul::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (y.size() == 0) return;
  const std::int64_t n = x[0].shape().back(), k = y.shape().back();
  const auto leading = leading_axes(y.shape());
  const kernels::Band band = band_of(*this);
  const Examples matrices(x[0], leading), operands(x[1], leading), results(y, leading);
  first_failure(element_count(leading), 10 + n * band.rows() * k / 4, [&](std::int64_t i, int) {
    kernels::multiply_banded(y.dtype, band, is_transposed, matrices[i], n, operands[i], results[i],
                             k);
    return true;
  });
}

void BandedMatmul::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                       std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = is_transposed ? band(*this, x[1], ct) : band(*this, ct, x[1]);
  if (wanted[1]) contributions[1] = product({{}, lower, upper, !is_transposed}, x[0], ct);
}

Var BandedMatmul::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var of_a = t[0] ? product(*this, t[0], x[1]) : Var();
  if (!t[1]) return of_a;
  const Var of_x = product(*this, x[0], t[1]);
  return of_a ? of_a + of_x : of_x;
}

Var BandedMatmul::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_columns(*this, x, is_batched);
}

void BandedMatmul::sparsity(std::span<const Tensor> x, const Type& y,
                            Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_columns(x[1], 1, y, dependence);
}

Type BandOfProduct::infer(std::span<const Type> x) const {
  require_matrices(name, x[0]);
  require_matrices(name, x[1]);
  const auto one = x[0].shape(), other = x[1].shape();
  const std::int64_t n = one[one.size() - 2];
  if (lower < 0 || upper < 0 || other[other.size() - 2] != n || one.back() != other.back()) {
    fail<ShapeError>(name, ": x is ", Dims(one), " and y is ", Dims(other),
                     "; as many rows and columns are needed");
  }
  return {inexact(joined_dtype(name, x)),
          with_matrices(broadcast_shapes(name, leading_axes(one), leading_axes(other)),
                        lower + 1 + upper, n)};
}

void BandOfProduct::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (y.size() == 0) return;
  const std::int64_t n = y.shape().back(), k = x[0].shape().back();
  const auto leading = leading_axes(y.shape());
  const kernels::Band band = band_of(*this);
  const Examples left(x[0], leading), right(x[1], leading), results(y, leading);
  first_failure(element_count(leading), 10 + n * band.rows() * k / 4, [&](std::int64_t i, int) {
    kernels::band_of_product(y.dtype, band, left[i], right[i], n, k, results[i]);
    return true;
  });
}

void BandOfProduct::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                        std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = product({{}, lower, upper, false}, ct, x[1]);
  if (wanted[1]) contributions[1] = product({{}, lower, upper, true}, ct, x[0]);
}

Var BandOfProduct::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var of_x = t[0] ? band(*this, t[0], x[1]) : Var();
  if (!t[1]) return of_x;
  const Var of_y = band(*this, x[0], t[1]);
  return of_x ? of_x + of_y : of_y;
}

Var BandOfProduct::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_examples(*this, x, is_batched);
}

void BandOfProduct::sparsity(std::span<const Tensor> x, const Type& y,
                             Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
  state_examples(x[1], 1, 2, y, 2, dependence);
}

}  // namespace wg
