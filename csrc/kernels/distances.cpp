#include "kernels/distances.h"

#include <algorithm>

namespace wg::kernels {
namespace {

/// Columns of y, so that loops over its rows are loops over what lies side by side.
template <class T> const T* by_columns(const Rows& rows, const T* y, T* columns) {
  for (std::int64_t j = 0; j < rows.m; ++j) {
    for (std::int64_t k = 0; k < rows.d; ++k) columns[k * rows.m + j] = y[j * rows.d + k];
  }
  return columns;
}

template <class T> T product(T x, T y) { return x == 0 || y == 0 ? T(0) : x * y; }

template <class T> void squares(const Rows& rows, const T* x, const T* columns, T* z) {
  for (std::int64_t i = 0; i < rows.n; ++i, z += rows.m) {
    std::fill_n(z, rows.m, T(0));
    for (std::int64_t k = 0; k < rows.d; ++k) {
      const T at = x[i * rows.d + k];
      const T* const column = columns + k * rows.m;
      for (std::int64_t j = 0; j < rows.m; ++j) {
        const T apart = at - column[j];
        z[j] += apart * apart;
      }
    }
  }
}

template <class T> T weighted(const T* w, T at, const T* column, std::int64_t m) {
  constexpr int lanes = 8;  // sums side by side, which a compiler puts into one register or two
  T sums[lanes] = {};
  std::int64_t j = 0;
  for (; j + lanes <= m; j += lanes) {
    for (int l = 0; l < lanes; ++l) sums[l] += product(w[j + l], at - column[j + l]);
  }
  T sum = 0;
  for (; j < m; ++j) sum += product(w[j], at - column[j]);
  for (int l = 0; l < lanes; ++l) sum += sums[l];
  return sum;
}

template <class T> void weigh(const Rows& rows, const T* w, const T* x, const T* columns, T* z) {
  for (std::int64_t i = 0; i < rows.n; ++i) {
    for (std::int64_t k = 0; k < rows.d; ++k) {
      z[i * rows.d + k] = weighted(w + i * rows.m, x[i * rows.d + k], columns + k * rows.m, rows.m);
    }
  }
}

template <class T> void project(const Rows& rows, const T* v, const T* x, const T* columns, T* z) {
  for (std::int64_t i = 0; i < rows.n; ++i, z += rows.m) {
    std::fill_n(z, rows.m, T(0));
    for (std::int64_t k = 0; k < rows.d; ++k) {
      const T by = v[i * rows.d + k], at = x[i * rows.d + k];
      const T* const column = columns + k * rows.m;
      for (std::int64_t j = 0; j < rows.m; ++j) z[j] += product(by, at - column[j]);
    }
  }
}

template <class F> void visit_real(DType dtype, const F& work) {
  if (dtype == DType::float32) work(float());
  if (dtype == DType::float64) work(double());
}

}  // namespace

std::int64_t distances_work(DType dtype, const Rows& rows) {
  return rows.m * rows.d * static_cast<std::int64_t>(item_size(dtype));
}

void squared_distances(DType dtype, const Rows& rows, const std::byte* x, const std::byte* y,
                       std::byte* z, std::byte* work) {
  visit_real(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* const columns =
        by_columns(rows, reinterpret_cast<const T*>(y), reinterpret_cast<T*>(work));
    squares(rows, reinterpret_cast<const T*>(x), columns, reinterpret_cast<T*>(z));
  });
}

void weighted_differences(DType dtype, const Rows& rows, const std::byte* w, const std::byte* x,
                          const std::byte* y, std::byte* z, std::byte* work) {
  visit_real(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* const columns =
        by_columns(rows, reinterpret_cast<const T*>(y), reinterpret_cast<T*>(work));
    weigh(rows, reinterpret_cast<const T*>(w), reinterpret_cast<const T*>(x), columns,
          reinterpret_cast<T*>(z));
  });
}

void projected_differences(DType dtype, const Rows& rows, const std::byte* v, const std::byte* x,
                           const std::byte* y, std::byte* z, std::byte* work) {
  visit_real(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* const columns =
        by_columns(rows, reinterpret_cast<const T*>(y), reinterpret_cast<T*>(work));
    project(rows, reinterpret_cast<const T*>(v), reinterpret_cast<const T*>(x), columns,
            reinterpret_cast<T*>(z));
  });
}

}  // namespace wg::kernels
