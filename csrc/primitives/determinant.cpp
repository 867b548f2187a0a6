#include "primitives/determinant.h"

#include <algorithm>

#include "formulas/comparison.h"
#include "graph/untracked.h"
#include "kernels/cofactors.h"
#include "kernels/lu.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/lu.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
#include "primitives/shape.h"
#include "primitives/svd.h"

namespace wg {
namespace {

std::int64_t factor_bytes(DType dtype, std::int64_t n) {
  return n * n * static_cast<std::int64_t>(item_size(dtype)) +
         n * static_cast<std::int64_t>(sizeof(std::int32_t));
}

Var trace(const Var& x) { return sum(diagonal(x), {-1}); }

/// A value and its tangent.
struct Moving {
  Var value, tangent;
};
Moving operator+(const Moving& a, const Moving& b) {
  return {a.value + b.value, a.tangent + b.tangent};
}
Moving product(const Moving& a, const Moving& b) {
  return {matmul(a.value, b.value), matmul(a.tangent, b.value) + matmul(a.value, b.tangent)};
}
Moving scaled(const Moving& scale, const Moving& matrix) {
  return {as_matrices(scale.value) * matrix.value,
          as_matrices(scale.tangent) * matrix.value + as_matrices(scale.value) * matrix.tangent};
}
Moving transposed(const Moving& x) {
  return {matrix_transpose(x.value), matrix_transpose(x.tangent)};
}

/// Determinant and cofactors of a small matrix as polynomials in its elements (Faddeev and
/// LeVerrier), which hold whatever its rank.
struct Polynomials {
  Moving determinant, cofactors;

  explicit Polynomials(const Moving& a) {
    const std::int64_t n = a.value.shape().back();
    const Var ones = identity_matrix(n, a.value);
    Moving adjugate{broadcast_to(ones, Shape(a.value.shape())), zeros_like(a.value)};
    for (std::int64_t k = 1;; ++k) {
      const Moving next = product(a, adjugate);
      const double scale = -1.0 / static_cast<double>(k);
      const Moving c{scale * trace(next.value), scale * trace(next.tangent)};
      if (k == n) {
        const double sign = n % 2 == 0 ? 1 : -1;
        determinant = {sign * c.value, sign * c.tangent};
        cofactors = transposed({-sign * adjugate.value, -sign * adjugate.tangent});
        return;
      }
      adjugate = {next.value + as_matrices(c.value) * ones,
                  next.tangent + as_matrices(c.tangent) * ones};
    }
  }
};

/// Values below this part of the largest are taken for zero: between it and rounding lies as much
/// as between it and one.
double small_part(DType dtype) { return real_part(dtype) == DType::float32 ? 3e-4 : 1e-8; }

/// What the derivative of the cofactors of a rests on, as constants: with its singular vectors and
/// values, b = a + U r V^H has no small value, and det a = det b det z, where z = 1 - r V^H b^-1 U
/// has as few rows as are ever differentiated through (Golub and Van Loan, Matrix Computations,
/// sec. 2.1.4). Where more values are small, the cofactors and their derivatives vanish.
struct Raised {
  Var u, vh, raised;  // of the few smallest values
  Var all;            // what is added to a
  Var further;        // the product of the other small values, as parts of what they become

  explicit Raised(const Var& a) {
    const Untracked untracked(true);
    const std::int64_t n = a.shape().back(), few = std::min<std::int64_t>(n, 4);
    const std::vector<Var> svd = factors(Svd{}, a);
    const Var& s = svd[1];
    const Var largest = slice_axis(s, -1, 0, 1);
    const Var scale = where(equal(largest, 0), literal(1, s), largest);
    const Var more = where(less(s, small_part(s.dtype()) * scale), scale - s, literal(0, s));
    all = matmul(svd[0] * row(more), svd[2]);
    u = slice_axis(svd[0], -1, n - few, few);
    vh = slice_axis(svd[2], -2, n - few, few);
    raised = slice_axis(more, -1, n - few, few);
    Prod product;
    product.axes = {-1};
    // of nothing, one
    further = apply_structural(product, {slice_axis(s / (s + more), -1, 0, n - few)});
  }
};

/// The derivative of the cofactors of a along t, at any rank: that of det b det z.
Var cofactors_along(const Var& a, const Var& t) {
  const std::int64_t n = a.shape().back();
  if (n < 2) return zeros_like(a);
  const Raised constants(a);
  const Var b = a + constants.all;
  const Var inverse = factored(b).solve(identity_matrix(n, b));
  const Var turned = matmul(inverse, t);
  const Moving inverse_of{inverse, -matmul(turned, inverse)};
  const Var det_b = apply_structural(Determinant{}, {b});
  const Moving det{det_b, det_b * trace(turned)};
  const Var weighted = column(constants.raised) * constants.vh;
  const Moving left{matmul(weighted, inverse_of.value), matmul(weighted, inverse_of.tangent)};
  const Moving right{matmul(inverse_of.value, constants.u),
                     matmul(inverse_of.tangent, constants.u)};
  const Moving z{identity_matrix(constants.u.shape().back(), b) - matmul(left.value, constants.u),
                 -matmul(left.tangent, constants.u)};
  const Polynomials small(z);
  const Moving of_z = product(product(transposed(left), small.cofactors), transposed(right));
  const Moving sum_of = scaled(small.determinant, transposed(inverse_of)) + of_z;
  return as_matrices(constants.further) * scaled(det, sum_of).tangent;
}

Type square_type(std::string_view name, const Type& x, int axes) {
  require_square(name, x);
  return {inexact(x.dtype), axes == 2 ? x.shape() : leading_axes(x.shape())};
}

}  // namespace

Type Determinant::infer(std::span<const Type> x) const { return square_type(name, x[0], 0); }

void Determinant::add_work(std::span<const View> x, const View& y, Work& work) const {
  ThreadMemory::add(y.size(), factor_bytes(y.dtype, x[0].shape().back()), work);
}

void Determinant::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = x[0].shape().back(), bytes = n * n * y.item();
  const ThreadMemory memory(y.size(), factor_bytes(y.dtype, n), work);
  first_failure(y.size(), 20 + n * n * n / 4, [&](std::int64_t i, int thread) {
    std::byte* const factored = memory[thread];
    auto* const pivots = reinterpret_cast<std::int32_t*>(factored + bytes);
    // As it lies, the matrix is its transpose by columns, whose determinant is the same.
    std::copy_n(x[0].data + i * bytes, bytes, factored);
    kernels::lu(y.dtype, factored, n, n, pivots);
    kernels::determinant(y.dtype, factored, pivots, n, y.data + i * y.item());
    return true;
  });
}

Contribution Determinant::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return as_matrices(ct) * apply_structural(Cofactors{}, {x[0]});
}

Var Determinant::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return sum(apply_structural(Cofactors{}, {x[0]}) * t[0], {-2, -1});
}

void Determinant::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 0, dependence);
}

Type Cofactors::infer(std::span<const Type> x) const { return square_type(name, x[0], 2); }

void Cofactors::add_work(std::span<const View> x, const View& y, Work& work) const {
  ThreadMemory::add(element_count(leading_axes(y.shape())),
                    kernels::cofactors_work(y.dtype, x[0].shape().back()), work);
}

void Cofactors::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const auto leading = leading_axes(y.shape());
  const std::int64_t n = y.shape().back(), bytes = n * n * y.item();
  const std::int64_t count = element_count(leading);
  const ThreadMemory memory(count, kernels::cofactors_work(y.dtype, n), work);
  if (y.size() == 0) return;
  const std::int64_t failed = first_failure(count, 20 + n * n * n, [&](std::int64_t i, int thread) {
    return kernels::cofactors(y.dtype, x[0].data + i * bytes, n, y.data + i * bytes,
                              memory[thread]);
  });
  if (failed < 0) return;
  fail<LinearAlgebraError>(name, ": the singular values of ", named_example(failed, leading),
                           " did not converge");
}

// The second derivative of the determinant is symmetric: what pushes pulls as well.
Contribution Cofactors::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return cofactors_along(x[0], ct);
}

Var Cofactors::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return cofactors_along(x[0], t[0]);
}

void Cofactors::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
}

}  // namespace wg
