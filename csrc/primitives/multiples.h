/// Values of a spectrum that are equal, and their blocks of Hermitian matrices: what kernels of
/// such have in common.
#pragma once

#include <algorithm>
#include <complex>
#include <limits>
#include <string_view>

#include "core/dtype.h"
#include "core/error.h"
#include "core/work.h"
#include "kernels/numbers.h"
#include "kernels/spectral.h"

namespace wg {

template <class T> constexpr kernels::Real<T> rounding_of(std::int64_t n) {
  using R = kernels::Real<T>;
  return std::numeric_limits<R>::epsilon() * static_cast<R>(n);
}

template <class T> kernels::Real<T> greatest_of(const T* x, std::int64_t n) {
  kernels::Real<T> most = 0;
  for (std::int64_t i = 0; i < n; ++i) most = std::max(most, std::abs(x[i]));
  return most;
}

/// What counts for nothing beside the largest of n elements or, of a matrix, of n x n.
template <class T> kernels::Real<T> negligible_beside(const T* x, std::int64_t n, int axes) {
  return 1000 * rounding_of<T>(n) * greatest_of(x, axes == 1 ? n : n * n);
}

/// Calls f(first, count) for each run of values that are equal, up to rounding.
template <class R, class F> void for_each_multiple(const R* w, std::int64_t n, const F& f) {
  const R least_gap = 4 * rounding_of<R>(n) * greatest_of(w, n);
  for (std::int64_t i = 0, end = 0; i < n; i = end) {
    end = i + 1;
    while (end < n && std::abs(w[end] - w[end - 1]) <= least_gap) ++end;
    if (end - i > 1) f(i, end - i);
  }
}

/// The vectors by columns, and the values, of a block of a Hermitian matrix (n, n).
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
      : n_(n),
        descends_(descends),
        vectors_(work.take_for<T>(n * n)),
        matrix_(work.take_for<T>(n * n)) {
    values = reinterpret_cast<R*>(work.take_for<T>(n));
    memory_ = work.take(kernels::eigh_work(dtype_of<T>, n, true));
  }

  /// False if the block (first, count) of m is diagonal already, up to rounding.
  bool turns(const T* m, std::int64_t first, std::int64_t count) {
    const R negligible = negligible_beside(m, n_, 2);
    first_ = first;
    count_ = count;
    bool is_diagonal = true;
    for (std::int64_t i = 0; i < count; ++i) {
      for (std::int64_t j = 0; j < count; ++j) {
        const T one = m[(first + i) * n_ + first + j], other = m[(first + j) * n_ + first + i];
        matrix_[i * count + j] = R(0.5) * (one + kernels::conjugated(other));
        is_diagonal = is_diagonal && (i == j || std::abs(one) <= negligible);
      }
      values[i] = kernels::real_value(matrix_[i * (count + 1)]);
    }
    if (is_diagonal) return false;
    const bool is_found = kernels::eigh(dtype_of<T>, reinterpret_cast<const std::byte*>(matrix_),
                                        count, true, reinterpret_cast<std::byte*>(values),
                                        reinterpret_cast<std::byte*>(vectors_), memory_);
    if (!is_found) fail<LinearAlgebraError>("the eigenvalues of a direction did not converge");
    if (!descends_) return true;
    std::reverse(values, values + count);
    for (std::int64_t i = 0; i < count; ++i) {
      std::reverse(vectors_ + i * count, vectors_ + (i + 1) * count);
    }
    return true;
  }

  /// The block's columns of (rows, n), by its vectors.
  void turn(const T* from, std::int64_t rows, T* to) const {
    for (std::int64_t i = 0; i < rows; ++i) {
      const T* given = from + i * n_ + first_;
      T* turned = to + i * n_ + first_;
      std::fill_n(turned, count_, T());
      for (std::int64_t k = 0; k < count_; ++k) {
        for (std::int64_t j = 0; j < count_; ++j) {
          turned[j] += kernels::times(given[k], vectors_[k * count_ + j]);
        }
      }
    }
  }

  R* values;  // of the block, or its diagonal where it does not turn

 private:
  const std::int64_t n_;
  const bool descends_;
  T* const vectors_;
  T* const matrix_;
  std::byte* memory_;
  std::int64_t first_ = 0, count_ = 0;
};

template <class F> void visit_inexact(DType dtype, const F& work) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) work(T());
  });
}

inline void add_equal_block(DType dtype, std::int64_t n, Work& work) {
  visit_inexact(dtype, [&](auto zero) { EqualBlock<decltype(zero)>::add(dtype, n, work); });
}

}  // namespace wg
