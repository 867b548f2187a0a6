#include "primitives/aligned.h"

#include <algorithm>

#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/frames.h"
#include "primitives/gaps.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/multiples.h"
#include "primitives/promotion.h"

namespace wg {
namespace {

constexpr int axes_of_aligned[] = {2, 1, 2, 1}, axes_of_values[] = {2, 1, 2, 2, 2};

}  // namespace

Type Aligned::infer(std::span<const Type> x) const {
  require_matrices(name, x[0]);
  require_square(name, x[2]);
  Shape shape = joined_leading(name, x, axes_of_aligned);
  const std::int64_t rows = x[0].shape()[x[0].shape().size() - 2], n = x[0].shape().back();
  for (const std::size_t i : {1, 3}) require_examples(name, x[i], shape, {n});
  require_examples(name, x[2], shape, {n, n});
  shape.push_back(rows);
  shape.push_back(n);
  const Type dtypes[] = {x[0], x[2]};
  return {inexact(joined_dtype(name, dtypes)), std::move(shape)};
}

void Aligned::add_work(std::span<const View>, const View& y, Work& work) const {
  add_equal_block(y.dtype, y.shape().back(), work);
}

void Aligned::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = y.shape().back();
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape());
  const std::int64_t rows = y.shape()[leading.size()];
  const Examples v(x[0], leading), w(x[1], leading, 1), m(x[2], leading), asked(x[3], leading, 1),
      results(y, leading);
  visit_inexact(y.dtype, [&](auto zero) {
    using T = decltype(zero);
    using R = kernels::Real<T>;
    EqualBlock<T> block(n, descends, work);
    for (std::int64_t e = 0; e < element_count(leading); ++e) {
      const T* from = reinterpret_cast<const T*>(v[e]);
      const R* values = reinterpret_cast<const R*>(w[e]);
      const R* weights = reinterpret_cast<const R*>(asked[e]);
      T* to = reinterpret_cast<T*>(results[e]);
      std::copy_n(from, rows * n, to);
      const R negligible = negligible_beside(weights, n, 1);
      for_each_multiple(values, n, [&](std::int64_t first, std::int64_t count) {
        if (!block.turns(reinterpret_cast<const T*>(m[e]), first, count)) return;
        const auto [least, most] = std::minmax_element(weights + first, weights + first + count);
        if (*most - *least > negligible) {
          fail<DerivativeError>(what, ": values ", least - weights, " and ", most - weights, " of ",
                                named_example(e, leading), " coincide (", values[first],
                                "), and the function does not treat them alike");
        }
        block.turn(from, rows, to);
      });
    }
  });
}

void Aligned::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                  std::span<Contribution> contributions) const {
  pull_turned(what.c_str(), x, y, ct, wanted, contributions);
}

Var Aligned::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return push_turned(what.c_str(), x, y, t);
}

Var Aligned::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_joined_leading(x, is_batched, axes_of_aligned));
}

void Aligned::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_aligned[i], y, 2, dependence);
}

void pull_turned(const char* what, std::span<const Var> x, const Var& y, const Var& ct,
                 Wanted wanted, std::span<Contribution> contributions) {
  require_nothing_of_multiples(what, matmul(adjoint(x[0]), y), x[1]);
  if (wanted[2]) {
    const Var asked = matmul(adjoint(y), conjugate(ct));
    require_nothing_of_multiples(what, asked - adjoint(asked), x[1], asked);
  }
  if (wanted[0]) contributions[0] = ct;
}

Var push_turned(const char* what, std::span<const Var> x, const Var& y, std::span<const Var> t) {
  require_nothing_of_multiples(what, matmul(adjoint(x[0]), y), x[1]);
  if (t[2]) require_nothing_of_multiples(what, t[2], x[1]);
  return t[0];
}

Type AlignedValues::infer(std::span<const Type> x) const {
  require_square(name, x[0]);
  Shape shape = joined_leading(name, x, axes_of_values);
  const std::int64_t n = x[0].shape().back();
  require_examples(name, x[1], shape, {n});
  shape.push_back(n);
  return {inexact(real_part(x[0].dtype)), std::move(shape)};
}

void AlignedValues::add_work(std::span<const View> x, const View& y, Work& work) const {
  add_equal_block(given_dtype(0, x, y), y.shape().back(), work);
}

void AlignedValues::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  const std::int64_t n = y.shape().back();
  if (y.size() == 0) return;
  const auto leading = leading_axes(y.shape(), 1);
  const Examples m(x[0], leading), w(x[1], leading, 1), results(y, leading, 1);
  visit_inexact(x[0].dtype, [&](auto zero) {
    using T = decltype(zero);
    using R = kernels::Real<T>;
    EqualBlock<T> block(n, descends, work);
    for (std::int64_t e = 0; e < element_count(leading); ++e) {
      const T* matrix = reinterpret_cast<const T*>(m[e]);
      R* to = reinterpret_cast<R*>(results[e]);
      for (std::int64_t i = 0; i < n; ++i) to[i] = kernels::real_value(matrix[i * (n + 1)]);
      for_each_multiple(reinterpret_cast<const R*>(w[e]), n,
                        [&](std::int64_t first, std::int64_t count) {
                          if (block.turns(matrix, first, count)) {
                            std::copy_n(block.values, count, to + first);
                          }
                        });
    }
  });
}

void AlignedValues::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                        std::span<Contribution> contributions) const {
  const auto aligned = [&](const Var& vectors) {
    return apply_structural(Aligned{.what = what + in_reverse_mode, .descends = descends},
                            {vectors, x[1], x[0], ct});
  };
  if (wanted[0]) {
    const Var own = aligned(identity_matrix(ct.shape().back(), x[0]));
    contributions[0] = conjugate(matmul(own * row(ct), adjoint(own)));
  }
  if (wanted[2]) {
    contributions[2] = given_to_frame(aligned(x[3]), aligned(x[4]), x[1], x[0], descends);
  }
}

Var AlignedValues::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  require_nothing_of_multiples(what.c_str(), x[0], x[1]);
  return t[0] ? real_part(diagonal(t[0])) : Var();
}

Var AlignedValues::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_joined_leading(x, is_batched, axes_of_values));
}

void AlignedValues::sparsity(std::span<const Tensor> x, const Type& y,
                             Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_values[i], y, 1, dependence);
}

}  // namespace wg
