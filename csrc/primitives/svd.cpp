#include "primitives/svd.h"

#include <cstring>

#include "formulas/comparison.h"
#include "graph/untracked.h"
#include "kernels/spectral.h"
#include "primitives/aligned.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/frames.h"
#include "primitives/gaps.h"
#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/selection.h"
#include "primitives/spectral_sums.h"

namespace wg {
namespace {

using kernels::Vectors;

struct SvdSizes {
  std::int64_t m, n, k, count;
  explicit SvdSizes(const View& x) : count(element_count(leading_axes(x.shape()))) {
    m = x.shape()[x.shape().size() - 2];
    n = x.shape().back();
    k = std::min(m, n);
  }
};

void evaluate_each(std::string_view name, Vectors vectors, const View& x, const View* u,
                   const View& s, const View* vh, Workspace& work) {
  const SvdSizes size(x);
  const std::int64_t item = x.item(), m = size.m, n = size.n;
  const std::int64_t left = vectors == Vectors::all ? m : size.k;
  const std::int64_t right = vectors == Vectors::all ? n : size.k;
  const ThreadMemory memory(size.count, kernels::svd_work(x.dtype, m, n, vectors), work);
  if (x.size() == 0) return;
  const std::int64_t failed =
      first_failure(size.count, 4000 + 10 * m * n * size.k, [&](std::int64_t i, int thread) {
        return kernels::svd(x.dtype, x.data + i * m * n * item, m, n, vectors,
                            u ? u->data + i * m * left * item : nullptr,
                            s.data + i * size.k * s.item(),
                            vh ? vh->data + i * right * n * item : nullptr, memory[thread]);
      });
  if (failed < 0) return;
  fail<LinearAlgebraError>(name, ": the singular values of ",
                           named_example(failed, leading_axes(x.shape())), " did not converge");
}

/// Of no elements there are no values, and any vectors are as good.
void write_identities(const View& y) {
  if (y.size() == 0) return;
  std::memset(y.data, 0, static_cast<std::size_t>(y.size() * y.item()));
  const std::int64_t n = y.shape().back();
  visit(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < y.size() / n; ++i) y.as<T>()[i * n + i % n] = T(1);
  });
}

Var skew(const Var& x) { return 0.5 * (x - adjoint(x)); }

std::int64_t rows_of(const Var& x) { return x.shape()[x.shape().size() - 2]; }

Var first_columns(const Var& x, std::int64_t k) {
  return x.shape().back() == k ? x : slice_axis(x, -1, 0, k);
}
Var further_columns(const Var& x, std::int64_t k) {
  return slice_axis(x, -1, k, x.shape().back() - k);
}

/// A cotangent of zeros, at their kink, is for those alone who ask for no vectors.
void require_nothing_of_zeros(const Var& x, const Var& s) {
  const Untracked untracked;
  divided_by_values(x, s);
}

/// A cotangent of one side's vectors, in Re(tr(g^H dx)), of the first columns alone.
Var of_first(const Var& vectors, const Var& g, std::int64_t k) {
  if (vectors.shape().back() == k) return g;
  const Var first = first_columns(vectors, k), rest = further_columns(vectors, k);
  return first_columns(g, k) +
         from_complement(Svd::name.data(), first, rest, further_columns(g, k));
}

/// Zeros of the shape of g^H; an error if g asks how the columns turn among themselves.
Var nothing_asked(const char* what, const Var& columns, const Var& g) {
  const Untracked untracked;
  const Var m = matmul(adjoint(columns), g);
  const Var none = zeros(*g.builder, wg::real_part(g.dtype()), Shape{columns.shape().back()});
  return matmul(divide_by_gaps(what, skew(m), none, none, DivideByGaps::zero_asked, m),
                adjoint(columns));
}

}  // namespace

Var of_positive(const Var& x, const Var& s) {
  const std::int64_t k = s.shape().back();
  if (k == 0) return x;
  const double rounding = s.dtype() == DType::float32 ? 1.2e-7 : 2.2e-16;
  const Var bound = (4 * rounding * static_cast<double>(k)) * slice_axis(s, -1, 0, 1);
  return where(greater(s, bound), x, literal(0, x));
}

Var beside(const Var& columns, const Var& x) {
  return x - matmul(columns, matmul(adjoint(columns), x));
}

Var divided_by_values(const Var& x, const Var& s) {
  const Var none = zeros(*x.builder, s.dtype(), Shape{rows_of(x)});
  return divide_by_gaps(Svd::name.data(), x, none, s, DivideByGaps::plain, x);
}

Var turned_complement(const Var& first, const Var& rest, const Var& tangent) {
  return -matmul(first, adjoint(matmul(adjoint(rest), tangent)));
}

Var from_complement(const char* what, const Var& first, const Var& rest, const Var& g) {
  return matmul(rest, matmul(nothing_asked(what, rest, g) - adjoint(g), first));
}

std::vector<Type> Svd::infer(const Type& x) const {
  require_matrices(name, x);
  const auto leading = leading_axes(x.shape());
  const std::int64_t m = x.shape()[leading.size()], n = x.shape().back(), k = std::min(m, n);
  const DType dtype = inexact(x.dtype);
  return {{dtype, with_matrices(leading, m, is_full ? m : k)},
          {wg::real_part(dtype), with_matrices(leading, -1, k)},
          {dtype, with_matrices(leading, is_full ? n : k, n)}};
}

void Svd::add_work(const View& x, std::span<const View>, Work& work) const {
  const SvdSizes size(x);
  const Vectors vectors = is_full ? Vectors::all : Vectors::some;
  ThreadMemory::add(size.count, kernels::svd_work(x.dtype, size.m, size.n, vectors), work);
}

void Svd::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  evaluate_each(name, is_full ? Vectors::all : Vectors::some, x, &y[0], y[1], &y[2], work);
  if (x.size() > 0 || !is_full) return;
  write_identities(y[0]);
  write_identities(y[2]);
}

// With the skew X = U^H dU and Y = V^H dV, and P = U^H dx V: (X + Y)_ij (s_j - s_i) = (P + P^H)_ij
// and (X - Y)_ij (s_j + s_i) = (P - P^H)_ij; what lies beside the spaces is divided by s. Giles
// (2008), sec. 3.2; Wan and Zhang, Automatic differentiation for complex valued SVD, 2019.
Contribution Svd::vjp(const Var&, std::span<const Var> y, std::span<const Var> cts) const {
  const Var& s = y[1];
  const std::int64_t k = s.shape().back();
  const Var u = first_columns(y[0], k), v = first_columns(adjoint(y[2]), k);
  Var inner;  // of P
  const auto add = [](Var& sum, const Var& term) { sum = sum ? sum + term : term; };
  if (cts[1]) add(inner, identity_matrix(k, u) * row(cts[1]));
  Var gu, gv, m_u, m_v;
  if (cts[0]) {
    gu = of_first(y[0], conjugate(cts[0]), k);
    m_u = matmul(adjoint(u), gu);
  }
  if (cts[2]) {
    gv = of_first(adjoint(y[2]), matrix_transpose(cts[2]), k);
    m_v = matmul(adjoint(v), gv);
  }
  if ((gu || gv) && (cts[1] || is_with_values)) {
    for (const Var& m : {m_u, m_v}) {
      if (m) require_nothing_of_multiples(name.data(), m, s);
    }
    if (cts[1]) {
      require_equal_for_multiples(name.data(), cts[1], s);
      require_nothing_of_zeros(row(cts[1]), s);
    }
  }
  if (gu || gv) {
    const Var plus = !gv ? m_u : !gu ? m_v : m_u + m_v;
    const Var minus = !gv ? m_u : !gu ? -m_v : m_u - m_v;
    const Var scale = !gv ? m_u : !gu ? m_v : side_by_side(m_u, m_v);
    add(inner, divide_by_gaps(name.data(), skew(plus), s, s, DivideByGaps::zero_asked, scale));
    add(inner, divide_by_gaps(name.data(), skew(minus), -s, s, DivideByGaps::plain, scale));
  }
  if (!inner) return {};
  Var g = matmul(matmul(u, inner), adjoint(v));
  if (gu && rows_of(u) > k) add(g, matmul(divided_by_values(beside(u, gu), s), adjoint(v)));
  if (gv && rows_of(v) > k) add(g, matmul(u, adjoint(divided_by_values(beside(v, gv), s))));
  return conjugate(g);
}

std::vector<Var> Svd::jvp(const Var&, std::span<const Var> y, const Var& t) const {
  const Var& s = y[1];
  const std::int64_t k = s.shape().back();
  const Var all_v = adjoint(y[2]);
  const Var u = first_columns(y[0], k), v = first_columns(all_v, k);
  const Var from_right = matmul(t, v), from_left = matmul(adjoint(t), u);
  const Var p = matmul(adjoint(u), from_right);
  const Var plus = divide_by_gaps(name.data(), p + adjoint(p), s, s, DivideByGaps::zero, p);
  const Var minus = divide_by_gaps(name.data(), p - adjoint(p), -s, s, DivideByGaps::plain, p);
  Var du = matmul(u, 0.5 * (plus + minus)), dv = matmul(v, 0.5 * (plus - minus));
  if (rows_of(u) > k) du = du + divided_by_values(beside(u, from_right), s);
  if (rows_of(v) > k) dv = dv + divided_by_values(beside(v, from_left), s);
  const auto whole = [&](const Var& vectors, const Var& first, const Var& tangent) {
    if (vectors.shape().back() == k) return tangent;
    return side_by_side(tangent, turned_complement(first, further_columns(vectors, k), tangent));
  };
  return {whole(y[0], u, du), real_part(diagonal(p)), adjoint(whole(all_v, v, dv))};
}

std::vector<Type> Svdvals::infer(const Type& x) const {
  require_matrices(name, x);
  const auto leading = leading_axes(x.shape());
  const std::int64_t k = std::min(x.shape()[leading.size()], x.shape().back());
  const DType dtype = inexact(x.dtype);
  return {{wg::real_part(dtype), with_matrices(leading, -1, k)}, {dtype, x.shape()}};
}

void Svdvals::add_work(const View& x, std::span<const View>, Work& work) const {
  const SvdSizes size(x);
  ThreadMemory::add(size.count, kernels::svd_work(x.dtype, size.m, size.n, Vectors::none), work);
}

void Svdvals::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  evaluate_each(name, Vectors::none, x, nullptr, y[0], nullptr, work);
  write_empty_frame(y[1]);
}

Contribution Svdvals::vjp(const Var& x, std::span<const Var> y, std::span<const Var> cts) const {
  if (!cts[0]) return {};
  if (!cts[1]) {
    const std::vector<Var> found = [&] {
      const Untracked untracked;
      return factors(Svd{}, x);
    }();
    const Var asked = of_positive(cts[0], found[1]);
    return conjugate(
        apply_structural(SingularSum{}, {x, asked, found[1], found[0], found[2], y[1]}));
  }
  const auto found = factors(Svd{.is_with_values = true}, x);
  const Var &u = found[0], &s = found[1], v = adjoint(found[2]);
  const Var frame = matmul(matmul(adjoint(u), conjugate(cts[1])), v);
  const auto framed = [&](const Var& vectors) {
    return apply_structural(InFrame{.what = std::string(name) + in_reverse_mode, .descends = true},
                            {vectors, s, frame});
  };
  const Var asked = of_positive(cts[0], s);
  return conjugate(matmul(framed(u) * row(asked), adjoint(framed(v))));
}

std::vector<Var> Svdvals::jvp(const Var& x, std::span<const Var> y, const Var& t) const {
  const auto found = factors(Svd{}, x);
  const Var &u = found[0], &s = found[1], v = adjoint(found[2]);
  const Var p = matmul(matmul(adjoint(u), t), v);
  const Var m = of_positive(0.5 * (p + adjoint(p)), row(s));
  const AlignedValues moved{.what = std::string(name), .descends = true};
  return {apply_structural(moved, {m, s, y[1], u, v}), Var()};
}

}  // namespace wg
