#include "kernels/triangular.h"

#include "kernels/blas.h"
#include "kernels/numbers.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t small = 4096;  // multiplications; our own loops serve

/// One equation after the other; each step takes a row of x times an element of a from the rest.
template <class T> void by_rows(Triangular how, const T* a, std::int64_t n, T* b, std::int64_t k) {
  const bool is_forward = how.is_lower != how.is_transposed;
  const std::int64_t down = how.is_transposed ? 1 : n, right = how.is_transposed ? n : 1;
  for (std::int64_t step = 0; step < n; ++step) {
    const std::int64_t i = is_forward ? step : n - 1 - step;
    T* const row = b + i * k;
    const std::int64_t begin = is_forward ? 0 : i + 1, end = is_forward ? i : n;
    for (std::int64_t j = begin; j < end; ++j) {
      const T factor = a[i * down + j * right];
      const T* const known = b + j * k;
      for (std::int64_t c = 0; c < k; ++c) row[c] -= times(factor, known[c]);
    }
    if (how.has_unit_diagonal) continue;
    const T pivot = a[i * (n + 1)];
    for (std::int64_t c = 0; c < k; ++c) row[c] /= pivot;
  }
}

template <class T>
void by_blas(const blas::Routines<T>& routines, Triangular how, const T* a, std::int64_t n, T* b,
             std::int64_t k) {
  const int size = static_cast<int>(n), columns = static_cast<int>(k);
  const int uplo = how.is_lower ? blas::lower : blas::upper;
  const int trans = how.is_transposed ? blas::transposed : blas::plain;
  const int diag = how.has_unit_diagonal ? blas::unit : blas::not_unit;
  if (k == 1) return routines.trsv(blas::row_major, uplo, trans, diag, size, a, size, b, 1);
  const T one(1);
  typename blas::Scalar<T>::type alpha;
  if constexpr (is_complex_number<T>)
    alpha = &one;
  else
    alpha = one;
  routines.trsm(blas::row_major, blas::left, uplo, trans, diag, size, columns, alpha, a, size, b,
                columns);
}

}  // namespace

void solve_triangular(DType dtype, Triangular how, const std::byte* a, std::int64_t n, std::byte* b,
                      std::int64_t k) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      const T* matrix = reinterpret_cast<const T*>(a);
      T* x = reinterpret_cast<T*>(b);
      const auto* routines = n * n * k > small ? blas::routines<T>() : nullptr;
      if (routines)
        by_blas<T>(*routines, how, matrix, n, x, k);
      else
        by_rows<T>(how, matrix, n, x, k);
    }
  });
}

std::int64_t first_zero_pivot(DType dtype, const std::byte* a, std::int64_t n) {
  return visit(dtype, [&](auto tag) -> std::int64_t {
    using T = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < n; ++i) {
      if (reinterpret_cast<const T*>(a)[i * (n + 1)] == T()) return i + 1;
    }
    return 0;
  });
}

}  // namespace wg::kernels
