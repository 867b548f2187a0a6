#include "primitives/log_determinant.h"

#include "kernels/lu.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/lu.h"
#include "primitives/matrices.h"
#include "primitives/movement.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The logarithm, or the sign, of each example.
template <bool is_sign>
void evaluate_each(std::span<const View> x, const View& y, Workspace& work) {
  const View factors = lying_densely(x[1], work), pivots = lying_densely(x[2], work);
  const std::int64_t n = factors.shape().back(), bytes = n * n * factors.item();
  first_failure(y.size(), 20 + 10 * n, [&](std::int64_t i, int) {
    std::byte* const result = y.data + i * y.item();
    kernels::log_determinant(factors.dtype, factors.data + i * bytes,
                             pivots.as<std::int32_t>() + i * n, n, is_sign ? nullptr : result,
                             is_sign ? result : nullptr);
    return true;
  });
}

/// A matrix, its factors and their pivots, one of each for each example.
void require_factors(std::string_view operation, std::span<const Type> x) {
  require_square(operation, x[1]);
  const std::int64_t n = x[1].shape().back();
  const auto leading = leading_axes(x[1].shape());
  const bool is_whole = is_inexact(x[1].dtype) && is_integral(x[2].dtype) &&
                        same_shape(x[0].shape_layout(), x[1].shape_layout()) &&
                        std::ranges::equal(x[2].shape(), with_matrices(leading, -1, n));
  if (is_whole) return;
  fail<ShapeError>(operation, ": a is ", Dims(x[0].shape()), ", its factors are ",
                   Dims(x[1].shape()), " and pivots ", Dims(x[2].shape()),
                   "; floating factors of the shape of a, and a pivot for each row, are needed");
}

/// tr(a^-1 t), the derivative of the logarithm of the determinant.
Var logarithmic_derivative(std::span<const Var> x, const Var& t) {
  return sum(inverse_transposed({x[0], x[1], x[2]}) * t, {-2, -1});
}

template <class P>
Var batch_of(const P& parameters, std::span<const Var> x, std::span<const bool> is_batched) {
  const int own[] = {2, 2, 1};
  int leading = 0;
  std::int64_t examples = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
    if (is_batched[i]) examples = x[i].shape()[0];
  }
  std::vector<Var> all;
  for (std::size_t i = 0; i < 3; ++i) {
    if (is_batched[i]) {
      all.push_back(with_leading_axes(x[i], true, own[i], leading));
    } else {
      Shape shape(x[i].shape());
      shape.insert(0, examples);
      all.push_back(broadcast_to(x[i], std::move(shape)));
    }
  }
  return apply_structural(parameters, std::move(all));
}

}  // namespace

void OfFactors::add_work(std::span<const View> x, const View&, Work& work) const {
  for (const std::size_t i : {1, 2}) add_dense(x[i], work);
}

Type LogDeterminant::infer(std::span<const Type> x) const {
  require_factors(name, x);
  return {wg::real_part(x[1].dtype), leading_axes(x[1].shape())};
}

void LogDeterminant::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_each<false>(x, y, work);
}

// Giles (2008), sec. 2.2.4; of a complex matrix the real part.
void LogDeterminant::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                         std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = as_matrices(ct) * inverse_transposed({x[0], x[1], x[2]});
}

Var LogDeterminant::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return t[0] ? real_part(logarithmic_derivative(x, t[0])) : Var();
}

Var LogDeterminant::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return batch_of(*this, x, is_batched);
}

void LogDeterminant::sparsity(std::span<const Tensor> x, const Type& y,
                              Dependence& dependence) const {
  state_examples(x[0], 0, 2, y, 0, dependence);
}

Type SignDeterminant::infer(std::span<const Type> x) const {
  require_factors(name, x);
  return {x[1].dtype, leading_axes(x[1].shape())};
}

void SignDeterminant::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_each<true>(x, y, work);
}

// ds = i Im(tr(a^-1 da)) s, and Im(z) = Re(-i z).
void SignDeterminant::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                          std::span<Contribution> contributions) const {
  if (!wanted[0] || !is_complex(y.dtype())) return;
  const Var part = imaginary_part(ct * y);  // Re(ct i s) = -Im(ct s)
  const Var factor = from_parts(zeros_like(part), part);
  contributions[0] = as_matrices(factor) * inverse_transposed({x[0], x[1], x[2]});
}

Var SignDeterminant::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  if (!t[0] || !is_complex(y.dtype())) return {};
  const Var turned = imaginary_part(logarithmic_derivative(x, t[0]));
  return from_parts(zeros_like(turned), turned) * y;
}

Var SignDeterminant::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return batch_of(*this, x, is_batched);
}

void SignDeterminant::sparsity(std::span<const Tensor> x, const Type& y,
                               Dependence& dependence) const {
  if (is_complex(y.dtype)) state_examples(x[0], 0, 2, y, 0, dependence);
}

}  // namespace wg
