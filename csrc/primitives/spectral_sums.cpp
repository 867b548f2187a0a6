#include "primitives/spectral_sums.h"

#include <algorithm>

#include "core/broadcast.h"
#include "kernels/matmul.h"
#include "kernels/numbers.h"
#include "primitives/aligned.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/frames.h"
#include "primitives/gaps.h"
#include "primitives/hermitian.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/promotion.h"
#include "primitives/svd.h"

namespace wg {
namespace {

constexpr int axes_of_sums[] = {2, 1, 1, 2, 2, 2};
constexpr auto zero = DivideByGaps::zero, plain = DivideByGaps::plain;

/// x, weights, values and vectors, of singular values those of either side; and the frame.
Type sum_type(std::string_view name, std::span<const Type> x) {
  require_matrices(name, x[0]);
  Shape shape(leading_axes(x[0].shape()));
  for (std::size_t i = 1; i < x.size(); ++i) {
    shape = broadcast_shapes(name, shape, leading_axes(x[i].shape(), axes_of_sums[i]));
  }
  const std::size_t rank = x[0].shape().size();
  const std::int64_t m = x[0].shape()[rank - 2], n = x[0].shape()[rank - 1];
  const std::int64_t k = x[1].ndim() > 0 ? x[1].shape().back() : 0;
  for (const std::size_t i : {1, 2}) require_examples(name, x[i], shape, {k});
  require_examples(name, x[3], shape, {m, k});
  require_examples(name, x.back(), shape, {m, n});
  if (x.size() > 5)
    require_examples(name, x[4], shape, {k, n});
  else
    require_square(name, x[0]);
  shape.push_back(m);
  shape.push_back(n);
  const Type dtypes[] = {x[0], x[1]};
  return {inexact(joined_dtype(name, dtypes)), std::move(shape)};
}

/// Room for the first vectors times their weights, and for the second ones.
void add_sum_work(const View& y, std::int64_t m, std::int64_t k, std::int64_t n, Work& work) {
  work.add(m * k * y.item());
  work.add(k * n * y.item());
}

/// The sum of c_i u_i v_i^H for each example: u is (m, k), and v (n, k), or its adjoint, where that
/// is given.
void evaluate_sum(const View& u, const View& c, const View& v, bool is_adjoint, const View& y,
                  Workspace& work) {
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const std::int64_t m = y.shape()[leading.size()], n = y.shape().back(), k = c.shape().back();
  const Examples left(u, leading), weights(c, leading, 1), right(v, leading), results(y, leading);
  std::byte* const scaled = work.take(m * k * y.item());
  std::byte* const turned = work.take(k * n * y.item());
  visit(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      for (std::int64_t e = 0; e < element_count(leading); ++e) {
        const T* from = reinterpret_cast<const T*>(left[e]);
        const auto* by = reinterpret_cast<const kernels::Real<T>*>(weights[e]);
        T* to = reinterpret_cast<T*>(scaled);
        for (std::int64_t i = 0; i < m * k; ++i) to[i] = from[i] * by[i % k];
        const std::byte* vh = right[e];
        if (!is_adjoint) {
          const T* columns = reinterpret_cast<const T*>(vh);
          T* rows = reinterpret_cast<T*>(turned);
          for (std::int64_t i = 0; i < n; ++i) {
            for (std::int64_t j = 0; j < k; ++j) {
              rows[j * n + i] = kernels::conjugated(columns[i * k + j]);
            }
          }
          vh = turned;
        }
        kernels::multiply(y.dtype, {scaled, m, k, k, 1}, {vh, k, n, n, 1}, results[e]);
      }
    }
  });
}

template <class P>
Var batched_sum(const P& sum, std::span<const Var> x, std::span<const bool> is_batched) {
  int leading = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - axes_of_sums[i]);
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < x.size(); ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], axes_of_sums[i], leading));
  }
  return apply_structural(sum, std::move(lifted));
}

/// (c_j - c_i) m_ij / (w_j - w_i), and 0 where the values are equal, as c must be up to rounding:
/// its own, and that of w, which c magnifies by how it moves along m if that is known.
Var quotients(const char* what, const Var& c, const Var& w, const Var& m, const Var& moved = {}) {
  const Var own = row(c) * m;
  const Var scale = moved ? own + column(w) * row(moved) : own;
  return divide_by_gaps(what, (row(c) - column(c)) * m, w, w, zero, scale);
}

/// Values and vectors: those that were given, or again those of an operand that moves.
struct Spectrum {
  Var w, v;

  Spectrum(std::span<const Var> x, bool is_lower) : w(x[2]), v(x[3]) {
    if (!x[0].tensor.is_tracked()) return;
    const auto y = factors(Eigh{.is_lower = is_lower, .is_with_values = true}, x[0]);
    w = y[0], v = y[1];
  }
  Var congruent(const Var& t) const { return matmul(matmul(adjoint(v), t), v); }
  Var back(const Var& inner) const { return matmul(matmul(v, inner), adjoint(v)); }
};

bool is_tall(const Var& x) { return x.shape()[x.shape().size() - 2] > x.shape().back(); }

struct Singular {
  Var s, u, v;
  std::string what;  // whose values, for errors

  explicit Singular(std::span<const Var> x, std::string_view mode = "")
      : s(x[2]), u(x[3]), v(adjoint(x[4])), what(std::string(Svdvals::name).append(mode)) {
    if (!x[0].tensor.is_tracked()) return;
    const auto y = factors(Svd{.is_with_values = true}, x[0]);
    u = y[0], s = y[1], v = adjoint(y[2]);
  }
  Var within(const Var& t) const { return matmul(matmul(adjoint(u), t), v); }
  /// How the values move along t, and those that are zero do not: the diagonal, and its blocks.
  Var along(const Var& t) const {
    const Var p = within(t);
    return of_positive(0.5 * (p + adjoint(p)), row(s));
  }
  Var aligned(const Var& vectors, const Var& m, const Var& c) const {
    return apply_structural(Aligned{.what = what, .descends = true}, {vectors, s, m, c});
  }
  /// What the sum of weights c moves by along t while c stays, which moves by dc if that is known.
  /// It is its own adjoint.
  Var moved(const Var& c, const Var& t, const Var& dc = {}) const {
    const Var p = within(t), hermitian = 0.5 * (p + adjoint(p)), skew = 0.5 * (p - adjoint(p));
    const char* const name = what.c_str();
    const Var inner = quotients(name, c, s, hermitian, dc) +
                      divide_by_gaps(name, (row(c) + column(c)) * skew, -s, s, plain, row(c) * p);
    Var total = matmul(matmul(u, inner), adjoint(v));
    // A square matrix has nothing beside its vectors.
    const auto weighted = [&](const Var& columns, const Var& x) {
      return divided_by_values(beside(columns, x) * row(c), s);
    };
    if (is_tall(u)) total = total + matmul(weighted(u, matmul(t, v)), adjoint(v));
    if (is_tall(v)) total = total + matmul(u, adjoint(weighted(v, matmul(adjoint(t), u))));
    return total;
  }
};

}  // namespace

Type EigenSum::infer(std::span<const Type> x) const { return sum_type(name, x); }

void EigenSum::add_work(std::span<const View> x, const View& y, Work& work) const {
  const std::int64_t n = x[1].shape().back();
  add_sum_work(y, n, n, n, work);
}

void EigenSum::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_sum(x[3], x[1], x[3], false, y, work);
}

void EigenSum::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                   std::span<Contribution> contributions) const {
  const Spectrum spectrum(x, is_lower);
  const Var h = conjugate(ct);
  const Var m = spectrum.congruent(0.5 * (h + adjoint(h)));
  const std::string asking = std::string(Eigvalsh::name) + in_reverse_mode;
  if (wanted[0]) {
    const Var inner = quotients(asking.c_str(), x[1], spectrum.w, m);
    contributions[0] = given_to_triangle(spectrum.back(inner), is_lower);
  }
  if (!wanted[1]) return;
  const Var& w = spectrum.w;
  const Var v = apply_structural(Aligned{.what = asking}, {spectrum.v, w, m, x[1]});
  const AlignedValues moved{.what = std::string(Eigvalsh::name)};
  contributions[1] = apply_structural(moved, {m, w, x[4], spectrum.v, spectrum.v});
  if (wanted[4]) contributions[4] = given_to_frame(v, v, w, m, false);
}

Var EigenSum::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!t[0] && !t[1]) return {};
  if (!t[0]) return apply_structural(*this, {x[0], t[1], x[2], x[3], x[4]});
  const Spectrum spectrum(x, is_lower);
  const Var m = spectrum.congruent(read_of_triangle(t[0], is_lower));
  const Var inner = quotients(Eigvalsh::name.data(), x[1], spectrum.w, m, t[1]);
  const Var turning = spectrum.back(inner);
  if (!t[1]) return turning;
  // That c is equal where values are was seen above.
  const Var v = apply_structural(Aligned{.what = std::string(Eigvalsh::name)},
                                 {spectrum.v, spectrum.w, m, spectrum.w});
  return turning + matmul(v * row(t[1]), adjoint(v));
}

Var EigenSum::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return batched_sum(*this, x, is_batched);
}

void EigenSum::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_sums[i], y, 2, dependence);
}

Type SingularSum::infer(std::span<const Type> x) const { return sum_type(name, x); }

void SingularSum::add_work(std::span<const View> x, const View& y, Work& work) const {
  const auto shape = x[0].shape();
  add_sum_work(y, shape[shape.size() - 2], x[1].shape().back(), shape.back(), work);
}

void SingularSum::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_sum(x[3], x[1], x[4], true, y, work);
}

void SingularSum::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                      std::span<Contribution> contributions) const {
  const Singular singular(x, in_reverse_mode);
  const Var h = conjugate(ct);
  if (wanted[0]) contributions[0] = conjugate(singular.moved(x[1], h));
  if (!wanted[1]) return;
  const Var m = singular.along(h), &s = singular.s;
  const Var u = singular.aligned(singular.u, m, x[1]), v = singular.aligned(singular.v, m, x[1]);
  contributions[1] =
      apply_structural(AlignedValues{.what = std::string(Svdvals::name), .descends = true},
                       {m, s, x[5], singular.u, singular.v});
  if (wanted[5]) contributions[5] = given_to_frame(u, v, s, m, true);
}

Var SingularSum::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!t[0] && !t[1]) return {};
  if (!t[0]) return apply_structural(*this, {x[0], t[1], x[2], x[3], x[4], x[5]});
  const Singular singular(x);
  const Var turning = singular.moved(x[1], t[0], t[1]);
  if (!t[1]) return turning;
  const Var m = singular.along(t[0]), &s = singular.s;
  const Var u = singular.aligned(singular.u, m, s), v = singular.aligned(singular.v, m, s);
  return turning + matmul(u * row(t[1]), adjoint(v));
}

Var SingularSum::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return batched_sum(*this, x, is_batched);
}

void SingularSum::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_sums[i], y, 2, dependence);
}

}  // namespace wg
