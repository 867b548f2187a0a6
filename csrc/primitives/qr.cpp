#include "primitives/qr.h"

#include "kernels/spectral.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/svd.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

/// The lower triangle with half of the diagonal, and the Hermitian matrix that it is half of.
Var mirrored(const Var& x) {
  const Var half = 0.5 * (lower_triangle(x) + lower_triangle(x, -1));
  return half + adjoint(half);
}

/// The upper triangle of that.
Var mirrored_upper(const Var& x) {
  const Var both = x + adjoint(x);
  return 0.5 * (upper_triangle(both) + upper_triangle(both, 1));
}

/// Zeros for so many columns more, or rows.
Var more_zeros(const Var& x, int axis, std::int64_t count) {
  Shape shape(x.shape());
  shape[shape.size() + axis] = count;
  return zeros(*x.builder, x.dtype(), shape);
}

/// b r^-1, and b r^-H.
Var divided_by(const Var& b, const Var& r) {
  return matrix_transpose(
      triangular_solve(r, matrix_transpose(b), {.is_lower = false, .is_transposed = true}));
}
Var divided_by_adjoint(const Var& b, const Var& r) {
  return adjoint(triangular_solve(r, adjoint(b), {.is_lower = false}));
}

/// What R was found from: the first columns of x, as many as Q has.
struct Parts {
  std::int64_t m, n, k;
  Var q, complement, r;  // of k columns; of the further ones; square

  Parts(std::span<const Var> y) {
    m = y[0].shape()[y[0].shape().size() - 2];
    n = y[1].shape().back();
    k = std::min(m, n);
    const bool is_whole = y[0].shape().back() == k;
    q = is_whole ? y[0] : slice_axis(y[0], -1, 0, k);
    if (!is_whole) complement = slice_axis(y[0], -1, k, m - k);
    r = first_columns(first_rows(y[1]));
  }
  Var first_rows(const Var& x) const {
    return x.shape()[x.shape().size() - 2] == k ? x : slice_axis(x, -2, 0, k);
  }
  Var first_columns(const Var& x) const {
    return x.shape().back() == k ? x : slice_axis(x, -1, 0, k);
  }
  Var further_columns(const Var& x) const { return slice_axis(x, -1, k, n - k); }
};

}  // namespace

std::vector<Type> Qr::infer(const Type& x) const {
  require_matrices(name, x);
  const auto leading = leading_axes(x.shape());
  const std::int64_t m = x.shape()[leading.size()], n = x.shape().back();
  const std::int64_t columns = is_complete ? m : std::min(m, n);
  const DType dtype = inexact(x.dtype);
  return {{dtype, with_matrices(leading, m, columns)}, {dtype, with_matrices(leading, columns, n)}};
}

void Qr::add_work(const View& x, std::span<const View> y, Work& work) const {
  const std::int64_t m = x.shape()[x.shape().size() - 2];
  ThreadMemory::add(element_count(leading_axes(x.shape())),
                    kernels::qr_work(x.dtype, m, x.shape().back(), y[0].shape().back()), work);
}

void Qr::evaluate(const View& x, std::span<const View> y, Workspace& work) const {
  const std::int64_t count = element_count(leading_axes(x.shape())), item = x.item();
  const std::int64_t m = x.shape()[x.shape().size() - 2], n = x.shape().back();
  const std::int64_t columns = y[0].shape().back();
  const ThreadMemory memory(count, kernels::qr_work(x.dtype, m, n, columns), work);
  if (y[0].size() == 0) return;
  first_failure(count, 1000 + 2 * m * std::max(n, columns) * std::min(m, n),
                [&](std::int64_t i, int thread) {
                  kernels::qr(x.dtype, x.data + i * m * n * item, m, n, columns,
                              y[0].data + i * m * columns * item,
                              y[1].data + i * columns * n * item, memory[thread]);
                  return true;
                });
}

// Walter and Lehmann, Algorithmic differentiation of linear algebra functions with application in
// optimum experimental design, 2010, and of 2012 where x is wide: there the first columns alone
// make Q, and the others give Q^H times themselves.
Contribution Qr::vjp(const Var&, std::span<const Var> y, std::span<const Var> cts) const {
  const Parts parts(y);
  const Var& q = parts.q;
  const auto add = [](Var& sum, const Var& term) { sum = sum ? sum + term : term; };
  Var gq, gr, further;
  if (cts[0]) {
    const Var g = conjugate(cts[0]);
    gq = parts.first_columns(g);
    if (parts.complement) {
      const Var rest = slice_axis(g, -1, parts.k, parts.m - parts.k);
      add(gq, from_complement(name.data(), q, parts.complement, rest));
    }
  }
  if (cts[1]) {
    const Var g = parts.first_rows(conjugate(cts[1]));
    gr = parts.first_columns(g);
    if (parts.n > parts.k) {
      const Var others = parts.further_columns(g);
      further = matmul(q, others);
      const Var of_r = parts.further_columns(parts.first_rows(y[1]));
      add(gq, matmul(q, matmul(of_r, adjoint(others))));
    }
  }
  if (!gq && !gr) return {};
  Var m;
  if (gr) m = matmul(parts.r, adjoint(gr));
  if (gq) m = m ? m - matmul(adjoint(gq), q) : -matmul(adjoint(gq), q);
  Var right = matmul(q, mirrored(m));
  if (gq) right = right + gq;
  Var g = divided_by_adjoint(right, parts.r);
  if (parts.n > parts.k) {
    g = side_by_side(g, further ? further : more_zeros(g, -1, parts.n - parts.k));
  }
  return conjugate(g);
}

std::vector<Var> Qr::jvp(const Var&, std::span<const Var> y, const Var& t) const {
  const Parts parts(y);
  const Var& q = parts.q;
  const Var scaled = divided_by(parts.first_columns(t), parts.r);
  const Var upper = mirrored_upper(matmul(adjoint(q), scaled));  // dR R^-1
  Var dq = scaled - matmul(q, upper);
  Var dr = matmul(upper, parts.r);
  if (parts.n > parts.k) {
    const Var of_r = parts.further_columns(parts.first_rows(y[1]));
    const Var further =
        matmul(adjoint(dq), matmul(q, of_r)) + matmul(adjoint(q), parts.further_columns(t));
    dr = side_by_side(dr, further);
  }
  if (parts.complement) {
    dq = side_by_side(dq, turned_complement(q, parts.complement, dq));
    const Var rows[] = {dr, more_zeros(dr, -2, parts.m - parts.k)};
    dr = concatenate(rows, -2);
  }
  return {dq, dr};
}

}  // namespace wg
