#include "primitives/aligned.h"

#include <algorithm>
#include <complex>
#include <limits>
#include <utility>

#include "core/broadcast.h"
#include "kernels/numbers.h"
#include "kernels/spectral.h"
#include "primitives/complex.h"
#include "primitives/elementwise.h"
#include "primitives/gaps.h"
#include "primitives/matmul.h"
#include "primitives/matrices.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {
namespace {

template <class T> constexpr kernels::Real<T> rounding(std::int64_t n) {
  using R = kernels::Real<T>;
  return std::numeric_limits<R>::epsilon() * static_cast<R>(n);
}

template <class T> kernels::Real<T> greatest(const T* x, std::int64_t n) {
  kernels::Real<T> most = 0;
  for (std::int64_t i = 0; i < n; ++i) most = std::max(most, std::abs(x[i]));
  return most;
}

/// Calls f(first, count) for each run of values that are equal, up to rounding.
template <class R, class F> void for_each_multiple(const R* w, std::int64_t n, const F& f) {
  const R least_gap = 4 * rounding<R>(n) * greatest(w, n);
  for (std::int64_t i = 0, end = 0; i < n; i = end) {
    end = i + 1;
    while (end < n && std::abs(w[end] - w[end - 1]) <= least_gap) ++end;
    if (end - i > 1) f(i, end - i);
  }
}

/// The vectors by columns, and the values, of a block of a Hermitian matrix.
template <class T> class EqualBlock {
 public:
  using R = kernels::Real<T>;

  static void add(DType dtype, std::int64_t n, Work& work) {
    const auto item = static_cast<std::int64_t>(item_size(dtype));
    for (int i = 0; i < 2; ++i) work.add(n * n * item);
    work.add(n * item);
    work.add(kernels::eigh_work(dtype, n, true));
  }
  EqualBlock(std::int64_t n, bool descends, Workspace& work)
      : vectors(work.take_for<T>(n * n)), descends_(descends), matrix_(work.take_for<T>(n * n)) {
    values = reinterpret_cast<R*>(work.take_for<T>(n));
    memory_ = work.take(kernels::eigh_work(dtype_of<T>, n, true));
  }

  /// False if the block (first, count) of m (n, n) is diagonal already, up to rounding.
  bool turns(const T* m, std::int64_t n, std::int64_t first, std::int64_t count) {
    const R negligible = 1000 * rounding<T>(n) * greatest(m, n * n);
    bool is_diagonal = true;
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < count; ++j) {
        const T one = m[(first + i) * n + first + j], other = m[(first + j) * n + first + i];
        matrix_[i * count + j] = R(0.5) * (one + kernels::conjugated(other));
        is_diagonal = is_diagonal && (i == j || std::abs(one) <= negligible);
      }
    }
    if (is_diagonal) return false;
    const bool is_found = kernels::eigh(dtype_of<T>, reinterpret_cast<const std::byte*>(matrix_),
                                        count, true, reinterpret_cast<std::byte*>(values),
                                        reinterpret_cast<std::byte*>(vectors), memory_);
    if (!is_found) fail<LinearAlgebraError>("the eigenvalues of a direction did not converge");
    if (!descends_) return true;
    std::reverse(values, values + count);
    for (std::int64_t i = 0; i < count; ++i) {
      std::reverse(vectors + i * count, vectors + (i + 1) * count);
    }
    return true;
  }

  T* vectors;
  R* values;

 private:
  const bool descends_;
  T* matrix_;
  std::byte* memory_;
};

template <class F> void visit_inexact(DType dtype, const F& work) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) work(T());
  });
}

void add_block(DType dtype, std::int64_t n, Work& work) {
  visit_inexact(dtype, [&](auto zero) { EqualBlock<decltype(zero)>::add(dtype, n, work); });
}

/// The leading axes of all operands, each of which has so many axes of its own.
Shape joined_leading(std::string_view name, std::span<const Type> x, std::span<const int> own) {
  Shape leading(leading_axes(x[0].shape(), own[0]));
  for (std::size_t i = 1; i < x.size(); ++i) {
    leading = broadcast_shapes(name, leading, leading_axes(x[i].shape(), own[i]));
  }
  return leading;
}

std::vector<Var> with_batch_in_front(std::span<const Var> x, std::span<const bool> is_batched,
                                     std::span<const int> own) {
  int leading = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < x.size(); ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], own[i], leading));
  }
  return lifted;
}

constexpr int axes_of_aligned[] = {2, 1, 2, 1}, axes_of_values[] = {2, 1};

}  // namespace

Type Aligned::infer(std::span<const Type> x) const {
  const Type dtypes[] = {x[0], x[2]};
  Shape shape = joined_leading(name, x, axes_of_aligned);
  shape.push_back(x[0].shape()[x[0].shape().size() - 2]);
  shape.push_back(x[0].shape().back());
  return {joined_dtype(name, dtypes), std::move(shape)};
}

void Aligned::add_work(std::span<const View>, const View& y, Work& work) const {
  add_block(y.dtype, y.shape().back(), work);
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
      const R negligible = 1000 * rounding<T>(n) * greatest(weights, n);
      for_each_multiple(values, n, [&](std::int64_t first, std::int64_t count) {
        if (!block.turns(reinterpret_cast<const T*>(m[e]), n, first, count)) return;
        const auto [least, most] = std::minmax_element(weights + first, weights + first + count);
        if (*most - *least > negligible) {
          fail<DerivativeError>(what, ": values ", least - weights, " and ", most - weights, " of ",
                                named_example(e, leading), " coincide (", values[first],
                                "), and the function does not treat them alike");
        }
        for (std::int64_t i = 0; i < rows; ++i) {
          const T* given = from + i * n + first;
          T* turned = to + i * n + first;
          std::fill_n(turned, count, T());
          for (std::int64_t k = 0; k < count; ++k) {
            for (std::int64_t j = 0; j < count; ++j) {
              turned[j] += kernels::times(given[k], block.vectors[k * count + j]);
            }
          }
        }
      });
    }
  });
}

void Aligned::vjp(std::span<const Var> x, const Var& y, const Var& ct, Wanted wanted,
                  std::span<Contribution> contributions) const {
  require_nothing_of_multiples(what.c_str(), matmul(adjoint(x[0]), y), x[1]);
  if (wanted[0]) contributions[0] = ct;
}

Var Aligned::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  require_nothing_of_multiples(what.c_str(), matmul(adjoint(x[0]), y), x[1]);
  return t[0];
}

Var Aligned::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_batch_in_front(x, is_batched, axes_of_aligned));
}

void Aligned::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_aligned[i], y, 2, dependence);
}

Type AlignedValues::infer(std::span<const Type> x) const {
  Shape shape = joined_leading(name, x, axes_of_values);
  shape.push_back(x[1].shape().back());
  return {real_part(x[0].dtype), std::move(shape)};
}

void AlignedValues::add_work(std::span<const View> x, const View& y, Work& work) const {
  add_block(given_dtype(0, x, y), y.shape().back(), work);
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
                          if (block.turns(matrix, n, first, count)) {
                            std::copy_n(block.values, count, to + first);
                          }
                        });
    }
  });
}

void AlignedValues::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                        std::span<Contribution> contributions) const {
  require_nothing_of_multiples((what + in_reverse_mode).c_str(), x[0], x[1]);
  if (wanted[0]) contributions[0] = identity_matrix(ct.shape().back(), x[0]) * row(ct);
}

Var AlignedValues::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  require_nothing_of_multiples(what.c_str(), x[0], x[1]);
  return t[0] ? real_part(diagonal(t[0])) : Var();
}

Var AlignedValues::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return apply_structural(*this, with_batch_in_front(x, is_batched, axes_of_values));
}

void AlignedValues::sparsity(std::span<const Tensor> x, const Type& y,
                             Dependence& dependence) const {
  for (int i = 0; i < arity; ++i) state_examples(x[i], i, axes_of_values[i], y, 1, dependence);
}

}  // namespace wg
