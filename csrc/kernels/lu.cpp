#include "kernels/lu.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/copy.h"
#include "kernels/lapack.h"
#include "kernels/loops.h"
#include "kernels/triangular.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t small = 12;  // our own loops serve

/// By columns; the number of rows and columns may be known to the compiler.
template <class T, int known>
void by_columns(T* a, std::int64_t rows, std::int64_t columns, std::int32_t* pivots) {
  const std::int64_t m = known > 0 ? known : rows, n = known > 0 ? known : columns;
  for (std::int64_t j = 0; j < std::min(m, n); ++j) {
    T* const column = a + j * m;
    std::int64_t best = j;
    Real<T> greatest = magnitude(column[j]);
    for (std::int64_t i = j + 1; i < m; ++i) {
      const Real<T> size = magnitude(column[i]);
      if (size > greatest) {
        greatest = size;
        best = i;
      }
    }
    pivots[j] = static_cast<std::int32_t>(best);
    if (best != j) {
      for (std::int64_t c = 0; c < n; ++c) std::swap(a[c * m + j], a[c * m + best]);
    }
    const T pivot = column[j];
    if (pivot != T()) {
      for (std::int64_t i = j + 1; i < m; ++i) column[i] /= pivot;
    }
    for (std::int64_t c = j + 1; c < n; ++c) {
      T* const other = a + c * m;
      const T factor = other[j];
      for (std::int64_t i = j + 1; i < m; ++i) other[i] -= times(column[i], factor);
    }
  }
}

template <class T>
void by_lapack(const lapack::Routines<T>& routines, T* a, std::int64_t rows, std::int64_t columns,
               std::int32_t* pivots) {
  const int m = static_cast<int>(rows), n = static_cast<int>(columns), lead = std::max(1, m);
  int info = 0;
  routines.getrf(&m, &n, a, &lead, pivots, &info);
  for (std::int64_t i = 0; i < std::min(rows, columns); ++i) --pivots[i];
}

template <class T> void factor(T* a, std::int64_t m, std::int64_t n, std::int32_t* pivots) {
  if (m == n) {
    switch (n) {
      case 1:
        return by_columns<T, 1>(a, m, n, pivots);
      case 2:
        return by_columns<T, 2>(a, m, n, pivots);
      case 3:
        return by_columns<T, 3>(a, m, n, pivots);
      case 4:
        return by_columns<T, 4>(a, m, n, pivots);
      default:
        break;
    }
  }
  if (m > small || n > small) {
    if (const auto* routines = lapack::found<T>()) {
      return by_lapack<T>(*routines, a, m, n, pivots);
    }
  }
  by_columns<T, 0>(a, m, n, pivots);
}

template <class T>
void exchange(const std::int32_t* pivots, std::int64_t n, T* b, std::int64_t k, bool is_back) {
  for (std::int64_t step = 0; step < n; ++step) {
    const std::int64_t i = is_back ? n - 1 - step : step;
    if (pivots[i] != i) std::swap_ranges(b + i * k, b + (i + 1) * k, b + pivots[i] * k);
  }
}

/// The equations of a tiny matrix, all of it in registers: rows are exchanged as they are found.
template <class T, int n> bool solve_tiny(bool is_transposed, const T* a, T* b, std::int64_t k) {
  T rows[n][n];
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) rows[i][j] = is_transposed ? a[j * n + i] : a[i * n + j];
  }
  for (int j = 0; j < n; ++j) {
    int best = j;
    Real<T> greatest = magnitude(rows[j][j]);
    for (int i = j + 1; i < n; ++i) {
      const Real<T> size = magnitude(rows[i][j]);
      if (size > greatest) {
        greatest = size;
        best = i;
      }
    }
    if (best != j) {
      for (int c = 0; c < n; ++c) std::swap(rows[j][c], rows[best][c]);
      std::swap_ranges(b + j * k, b + (j + 1) * k, b + best * k);
    }
    if (rows[j][j] == T()) return false;
    const T inverse = T(1) / rows[j][j];
    for (int i = j + 1; i < n; ++i) {
      const T factor = times(rows[i][j], inverse);
      for (int c = j + 1; c < n; ++c) rows[i][c] -= times(factor, rows[j][c]);
      for (std::int64_t c = 0; c < k; ++c) b[i * k + c] -= times(factor, b[j * k + c]);
    }
    rows[j][j] = inverse;
  }
  for (int i = n - 1; i >= 0; --i) {
    for (std::int64_t c = 0; c < k; ++c) {
      T sum = b[i * k + c];
      for (int j = i + 1; j < n; ++j) sum -= times(rows[i][j], b[j * k + c]);
      b[i * k + c] = times(sum, rows[i][i]);
    }
  }
  return true;
}

template <class T> bool has_zero_pivot(const T* factors, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    if (factors[i * (n + 1)] == T()) return true;
  }
  return false;
}

/// The signs of the exchanges.
bool is_odd(const std::int32_t* pivots, std::int64_t n) {
  bool odd = false;
  for (std::int64_t i = 0; i < n; ++i) odd ^= pivots[i] != i;
  return odd;
}

template <class F> void visit_inexact(DType dtype, const F& work) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) work(T());
  });
}

}  // namespace

void lu(DType dtype, std::byte* a, std::int64_t m, std::int64_t n, std::int32_t* pivots) {
  visit_inexact(dtype,
                [&](auto zero) { factor(reinterpret_cast<decltype(zero)*>(a), m, n, pivots); });
}

// By rows, the factors are the transpose of what they are by columns: U below, L above.
void solve_by_lu(DType dtype, bool is_transposed, const std::byte* factors,
                 const std::int32_t* pivots, std::int64_t n, std::byte* b, std::int64_t k) {
  const auto exchanged = [&](bool is_back) {
    visit_inexact(dtype, [&](auto zero) {
      exchange(pivots, n, reinterpret_cast<decltype(zero)*>(b), k, is_back);
    });
  };
  const auto solved = [&](Triangular how) { solve_triangular(dtype, how, factors, n, b, k); };
  const Triangular l{.is_lower = false, .is_transposed = !is_transposed, .has_unit_diagonal = true};
  const Triangular u{.is_lower = true, .is_transposed = !is_transposed};
  if (is_transposed) {
    solved(u);
    solved(l);
    exchanged(true);
  } else {
    exchanged(false);
    solved(l);
    solved(u);
  }
}

std::int64_t lu_work(DType dtype, std::int64_t n) {
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  return n * n * item + n * static_cast<std::int64_t>(sizeof(std::int32_t));
}

bool solve(DType dtype, bool is_transposed, const std::byte* a, std::int64_t n, std::byte* b,
           std::int64_t k, std::byte* work) {
  bool is_done = true;
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* matrix = reinterpret_cast<const T*>(a);
    T* x = reinterpret_cast<T*>(b);
    if (n == 0) return;
    // Fewer columns come here only if their pivots have no inverses, and have to be divided by.
    if (k > most_right_hand_sides) {
      switch (n) {
        case 1:
          is_done = solve_tiny<T, 1>(is_transposed, matrix, x, k);
          return;
        case 2:
          is_done = solve_tiny<T, 2>(is_transposed, matrix, x, k);
          return;
        case 3:
          is_done = solve_tiny<T, 3>(is_transposed, matrix, x, k);
          return;
        case 4:
          is_done = solve_tiny<T, 4>(is_transposed, matrix, x, k);
          return;
        default:
          break;
      }
    }
    T* const factors = reinterpret_cast<T*>(work);
    auto* const pivots = reinterpret_cast<std::int32_t*>(factors + n * n);
    // As it lies, the matrix is its transpose by columns.
    std::copy(matrix, matrix + n * n, factors);
    factor(factors, n, n, pivots);
    is_done = !has_zero_pivot(factors, n);
    if (is_done) solve_by_lu(dtype, !is_transposed, work, pivots, n, b, k);
  });
  return is_done;
}

bool is_small_system(std::int64_t n, std::int64_t k) {
  return 0 < n && n <= most_equations && k <= most_right_hand_sides;
}

std::uint64_t solve_systems(DType dtype, bool is_transposed, const std::byte* const* a,
                            std::int64_t n, std::byte* const* b, std::int64_t k, int systems) {
  const bool is_double = real_part(dtype) == DType::float64;
  const SystemLoops& own = loops().systems[2 * is_complex(dtype) + is_double];
  return own.solve[n - 1](a, is_transposed, b, static_cast<int>(k), systems);
}

void permutation(const std::int32_t* pivots, std::int64_t count, std::int64_t* order,
                 std::int64_t m) {
  std::iota(order, order + m, 0);
  for (std::int64_t i = 0; i < count; ++i) std::swap(order[i], order[pivots[i]]);
}

void determinant(DType dtype, const std::byte* factors, const std::int32_t* pivots, std::int64_t n,
                 std::byte* result) {
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* f = reinterpret_cast<const T*>(factors);
    T product(is_odd(pivots, n) ? -1 : 1);
    for (std::int64_t i = 0; i < n; ++i) product = times(product, f[i * (n + 1)]);
    *reinterpret_cast<T*>(result) = product;
  });
}

void log_determinant(DType dtype, const std::byte* factors, const std::int32_t* pivots,
                     std::int64_t n, std::byte* logarithm, std::byte* sign) {
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* f = reinterpret_cast<const T*>(factors);
    T direction(is_odd(pivots, n) ? -1 : 1);
    Real<T> sum = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      const T pivot = f[i * (n + 1)];
      const Real<T> size = std::abs(pivot);
      if (size == 0) {
        direction = T();
        sum = -std::numeric_limits<Real<T>>::infinity();
        break;
      }
      direction = times(direction, T(pivot / size));
      sum += std::log(size);
    }
    if (logarithm) *reinterpret_cast<Real<T>*>(logarithm) = sum;
    if (sign) *reinterpret_cast<T*>(sign) = direction;
  });
}

}  // namespace wg::kernels
