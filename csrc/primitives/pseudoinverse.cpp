#include "primitives/pseudoinverse.h"

#include "kernels/matmul.h"
#include "kernels/numbers.h"
#include "kernels/spectral.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {
namespace {

using kernels::Vectors;

struct Sizes {
  std::int64_t m, n, k, count, factor_bytes;
  explicit Sizes(const View& x) : count(element_count(leading_axes(x.shape()))) {
    m = x.shape()[x.shape().size() - 2];
    n = x.shape().back();
    k = std::min(m, n);
    factor_bytes = (2 * m + n) * k * x.item() + k * static_cast<std::int64_t>(sizeof(double));
  }
  std::int64_t svd_bytes(DType dtype) const {
    return kernels::svd_work(dtype, m, n, Vectors::some);
  }
};

/// V diag(1 / s) U^H of the values above the bound: vh is written over, and uh with U^H.
template <class T>
void join(const T* u, const kernels::Real<T>* s, T* vh, T* uh, const Sizes& size,
          kernels::Real<T> relative, T* y) {
  const kernels::Real<T> bound = size.k > 0 ? relative * s[0] : 0;
  for (std::int64_t p = 0; p < size.k; ++p) {
    const kernels::Real<T> inverse = s[p] > bound ? 1 / s[p] : 0;
    for (std::int64_t j = 0; j < size.n; ++j) {
      vh[p * size.n + j] = kernels::conjugated(vh[p * size.n + j]) * inverse;
    }
  }
  for (std::int64_t i = 0; i < size.m; ++i) {
    for (std::int64_t p = 0; p < size.k; ++p)
      uh[p * size.m + i] = kernels::conjugated(u[i * size.k + p]);
  }
  const kernels::Matrix left{reinterpret_cast<std::byte*>(vh), size.n, size.k, 1, size.n};
  const kernels::Matrix right{reinterpret_cast<std::byte*>(uh), size.k, size.m, size.m, 1};
  kernels::multiply(dtype_of<T>, left, right, reinterpret_cast<std::byte*>(y));
}

/// a b c, in the cheaper order.
Var product(const Var& a, const Var& b, const Var& c) {
  const auto rows = [](const Var& x) { return x.shape()[x.shape().size() - 2]; };
  const std::int64_t m = rows(a), k = rows(b), l = rows(c), n = c.shape().back();
  const bool is_left_first = m * l * (k + n) <= k * n * (l + m);
  return is_left_first ? matmul(matmul(a, b), c) : matmul(a, matmul(b, c));
}

}  // namespace

Type Pseudoinverse::infer(std::span<const Type> x) const {
  require_matrices(name, x[0]);
  const auto leading = leading_axes(x[0].shape());
  if (!std::ranges::equal(x[1].shape(), leading) && x[1].ndim() != 0) {
    fail<ShapeError>(name, ": x is ", Dims(x[0].shape()), " and the bound ", Dims(x[1].shape()),
                     "; a number is needed, or one for each matrix");
  }
  return {inexact(x[0].dtype),
          with_matrices(leading, x[0].shape().back(), x[0].shape()[leading.size()])};
}

void Pseudoinverse::add_work(std::span<const View> x, const View&, Work& work) const {
  const Sizes size(x[0]);
  ThreadMemory::add(size.count, size.factor_bytes, work);
  ThreadMemory::add(size.count, size.svd_bytes(x[0].dtype), work);
}

void Pseudoinverse::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const Sizes size(x[0]);
  const ThreadMemory factors(size.count, size.factor_bytes, work),
      memory(size.count, size.svd_bytes(x[0].dtype), work);
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const Examples bounds(x[1], leading, 0);
  const std::int64_t bytes = size.m * size.n * y.item();
  const std::int64_t failed = first_failure(
      size.count, 4000 + 12 * size.m * size.n * size.k, [&](std::int64_t i, int thread) {
        return visit(y.dtype, [&](auto tag) {
          using T = typename decltype(tag)::type;
          if constexpr (is_inexact(dtype_of<T>)) {
            using R = kernels::Real<T>;
            T* const u = reinterpret_cast<T*>(factors[thread]);
            T* const vh = u + size.m * size.k;
            T* const uh = vh + size.n * size.k;
            R* const s = reinterpret_cast<R*>(uh + size.m * size.k);
            if (!kernels::svd(y.dtype, x[0].data + i * bytes, size.m, size.n, Vectors::some,
                              reinterpret_cast<std::byte*>(u), reinterpret_cast<std::byte*>(s),
                              reinterpret_cast<std::byte*>(vh), memory[thread])) {
              return false;
            }
            join(u, s, vh, uh, size, *reinterpret_cast<const R*>(bounds[i]),
                 reinterpret_cast<T*>(y.data + i * bytes));
          }
          return true;
        });
      });
  if (failed < 0) return;
  fail<LinearAlgebraError>(name, ": the singular values of ", named_example(failed, leading),
                           " did not converge");
}

// Golub and Pereyra, The differentiation of pseudo-inverses and nonlinear least squares problems
// whose variables separate, 1973, eq. 4.12, and its transpose for dx with Re(tr(g^H dy)).
Var Pseudoinverse::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  if (!t[0]) return {};
  const Var &a = x[0], &p = y;
  const Var t_adjoint = adjoint(t[0]), p_adjoint = adjoint(p);
  const Var left = product(p, p_adjoint, t_adjoint), right = product(t_adjoint, p_adjoint, p);
  return left - product(left, a, p) + right - product(p, a, right) - product(p, t[0], p);
}

void Pseudoinverse::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                        std::span<Contribution> contributions) const {
  if (!wanted[0]) return;
  const Var &a = x[0], &p = y;
  const Var g = conjugate(ct), g_adjoint = matrix_transpose(ct), p_adjoint = adjoint(p);
  const Var right = product(g_adjoint, p, p_adjoint), left = product(p_adjoint, p, g_adjoint);
  contributions[0] = conjugate(right - product(a, p, right) + left - product(left, p, a) -
                               product(p_adjoint, g, p_adjoint));
}

Var Pseudoinverse::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const std::int64_t examples = batch_length(x, is_batched);
  const Var a = with_batch_axis(x[0], is_batched[0], examples);
  if (!is_batched[1] && x[1].ndim() == 0) return apply_structural(*this, {a, x[1]});
  const Shape leading(leading_axes(a.shape()));
  const Var bound = with_batch_axis(x[1], is_batched[1], examples);
  return apply_structural(*this, {a, broadcast_to(lift(bound, leading.size() - 1), leading)});
}

void Pseudoinverse::sparsity(std::span<const Tensor> x, const Type& y,
                             Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 2, dependence);
}

}  // namespace wg
