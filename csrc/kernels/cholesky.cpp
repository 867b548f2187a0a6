#include "kernels/cholesky.h"

#include <algorithm>

#include "kernels/lapack.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t small = 16;  // our own loops serve

/// Row by row; the number of rows may be known to the compiler. Returns the number of the first row
/// whose pivot is not positive, where it leaves that, or that of rows.
template <class T, int known> std::int64_t rows_done(T* a, std::int64_t size) {
  const std::int64_t n = known > 0 ? known : size;
  for (std::int64_t i = 0; i < n; ++i) {
    T* const row = a + i * n;
    for (std::int64_t j = 0; j < i; ++j) {
      const T* const above = a + j * n;
      T sum = row[j];
      for (std::int64_t k = 0; k < j; ++k) sum -= times(row[k], conjugated(above[k]));
      row[j] = sum / real_value(above[j]);
    }
    Real<T> pivot = real_value(row[i]);
    for (std::int64_t k = 0; k < i; ++k) pivot -= squared_modulus(row[k]);
    row[i] = pivot;
    if (!(pivot > 0)) return i;
    row[i] = std::sqrt(pivot);
    std::fill(row + i + 1, row + n, T());
  }
  return n;
}

template <class T, int known> bool by_rows(T* a, std::int64_t n) {
  return rows_done<T, known>(a, n) == n;
}

/// By columns the lower triangle is the upper one, of the transpose: that is U^H U, and U is the
/// transpose of L.
template <class T> bool by_lapack(const lapack::Routines<T>& routines, T* a, std::int64_t n) {
  const int size = static_cast<int>(n);
  int info = 0;
  routines.potrf("U", &size, a, &size, &info, 1);
  for (std::int64_t i = 0; i < n; ++i) std::fill(a + i * n + i + 1, a + (i + 1) * n, T());
  return info == 0;
}

template <class T> bool factor(T* a, std::int64_t n) {
  switch (n) {
    case 1:
      return by_rows<T, 1>(a, n);
    case 2:
      return by_rows<T, 2>(a, n);
    case 3:
      return by_rows<T, 3>(a, n);
    case 4:
      return by_rows<T, 4>(a, n);
    default:
      break;
  }
  if (n > small) {
    if (const auto* routines = lapack::found<T>()) return by_lapack<T>(*routines, a, n);
  }
  return by_rows<T, 0>(a, n);
}

}  // namespace

bool cholesky(DType dtype, std::byte* a, std::int64_t n) {
  return visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>))
      return factor(reinterpret_cast<T*>(a), n);
    else
      return true;
  });
}

// Where rounding alone decides, this order of sums may find none: then the last is as good as any.
Pivot first_pivot_not_positive(DType dtype, std::byte* a, std::int64_t n) {
  return visit(dtype, [&](auto tag) -> Pivot {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      T* const matrix = reinterpret_cast<T*>(a);
      const std::int64_t number = std::min(rows_done<T, 0>(matrix, n), n - 1);
      return {number, static_cast<double>(real_value(matrix[number * (n + 1)]))};
    } else {
      return {};
    }
  });
}

}  // namespace wg::kernels
