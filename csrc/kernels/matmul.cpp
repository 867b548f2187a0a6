#include "kernels/matmul.h"

#include <cassert>
#include <climits>
#include <cstring>

#include "core/copy.h"
#include "core/threads.h"
#include "kernels/blas.h"
#include "kernels/loops.h"
#include "kernels/own_product.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t small = 1728;  // products of elements up to which BLAS is slower
constexpr std::int64_t tile = 256;    // rows and columns of the pieces of a large product
constexpr std::int64_t large = std::int64_t{1} << 22;

/// How BLAS reads a matrix: as it lies, or transposed.
struct Lying {
  int trans = 0;
  std::int64_t step = 0;
};

bool lies(const Matrix& m, Lying& how) {
  if ((m.column_step == 1 || m.columns == 1) && (m.rows == 1 || m.row_step >= m.columns)) {
    how = {blas::plain, m.rows == 1 ? m.columns : m.row_step};
  } else if ((m.row_step == 1 || m.rows == 1) && (m.columns == 1 || m.column_step >= m.rows)) {
    how = {blas::transposed, m.columns == 1 ? m.rows : m.column_step};
  } else {
    return false;
  }
  how.step = std::max<std::int64_t>(how.step, 1);
  return how.step <= INT_MAX;
}

template <class T> struct Factor {
  T one{1}, zero{0};
  auto alpha() const {
    if constexpr (is_complex(dtype_of<T>))
      return static_cast<const void*>(&one);
    else
      return one;
  }
  auto beta() const {
    if constexpr (is_complex(dtype_of<T>))
      return static_cast<const void*>(&zero);
    else
      return zero;
  }
};

/// y = m x by BLAS, rows in pieces.
template <class T>
bool matrix_vector(const blas::Routines<T>& routines, const Matrix& m, const T* x,
                   std::int64_t x_step, T* y) {
  Lying how;
  if (!lies(m, how) || x_step <= 0 || x_step > INT_MAX) return false;
  const std::int64_t grain =
      std::max<std::int64_t>(64, 262'144 / std::max<std::int64_t>(m.columns, 1));
  const Factor<T> factor;
  threads::parallel_for(m.rows, grain, [&](std::int64_t begin, std::int64_t end) {
    const Matrix piece = part(m, sizeof(T), begin, end - begin, 0, m.columns);
    const bool is_plain = how.trans == blas::plain;
    routines.gemv(blas::row_major, how.trans,
                  static_cast<int>(is_plain ? piece.rows : piece.columns),
                  static_cast<int>(is_plain ? piece.columns : piece.rows), factor.alpha(),
                  reinterpret_cast<const T*>(piece.data), static_cast<int>(how.step), x,
                  static_cast<int>(x_step), factor.beta(), y + begin, 1);
  });
  return true;
}

template <class T>
void matrix_matrix(const blas::Routines<T>& routines, const Matrix& a, const Matrix& b, T* out) {
  Lying a_how, b_how;
  [[maybe_unused]] const bool do_lie = lies(a, a_how) && lies(b, b_how);
  assert(do_lie);
  const std::int64_t m = a.rows, n = b.columns, k = a.columns;
  const bool is_cut = m * n * k >= large;
  const std::int64_t height = is_cut ? tile : m, width = is_cut ? tile : n;
  const std::int64_t down = (m + height - 1) / height, across = (n + width - 1) / width;
  const Factor<T> factor;
  threads::parallel_for(down * across, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      const std::int64_t row = p / across * height, column = p % across * width;
      const std::int64_t rows = std::min(height, m - row), columns = std::min(width, n - column);
      routines.gemm(blas::row_major, a_how.trans, b_how.trans, static_cast<int>(rows),
                    static_cast<int>(columns), static_cast<int>(k), factor.alpha(),
                    reinterpret_cast<const T*>(part(a, sizeof(T), row, rows, 0, k).data),
                    static_cast<int>(a_how.step),
                    reinterpret_cast<const T*>(part(b, sizeof(T), 0, k, column, columns).data),
                    static_cast<int>(b_how.step), factor.beta(), out + row * n + column,
                    static_cast<int>(n));
    }
  });
}

/// Complex numbers and booleans where no BLAS serves.
template <class T> void plain_product(const Matrix& a, const Matrix& b, T* out) {
  const T* x = reinterpret_cast<const T*>(a.data);
  const T* y = reinterpret_cast<const T*>(b.data);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      T sum{};
      for (std::int64_t p = 0; p < a.columns; ++p) {
        const T u = x[i * a.row_step + p * a.column_step],
                v = y[p * b.row_step + j * b.column_step];
        if constexpr (std::is_same_v<T, bool>) {
          sum = sum || (u && v);
        } else {
          sum += T(u.real() * v.real() - u.imag() * v.imag(),
                   u.real() * v.imag() + u.imag() * v.real());
        }
      }
      *out++ = sum;
    }
  }
}

/// Whether a product takes no longer than to pack its operands for BLAS, as that of matrices of
/// twenty columns by any number of rows.
bool is_thin(std::int64_t m, std::int64_t n, std::int64_t k) {
  const auto share = [](std::int64_t length) { return 1.0 / static_cast<double>(length); };
  return m > 1 && n > 1 && share(m) + share(n) + share(k) >= 0.1;
}

bool is_small_or_thin(std::int64_t m, std::int64_t n, std::int64_t k) {
  return k == 1 || m * n * k <= small || is_thin(m, n, k);
}

/// Null where our own loops are to serve: products that are small or thin, and those of a column by
/// a row, which take the time of writing them.
template <class T> const blas::Routines<T>* blas_for(const Matrix& a, const Matrix& b) {
  const std::int64_t m = a.rows, n = b.columns, k = a.columns;
  if (k == 1 || m * n * k <= small || m > INT_MAX || n > INT_MAX || k > INT_MAX) return nullptr;
  if (!is_complex(dtype_of<T>) && is_thin(m, n, k) &&
      (b.column_step == 1 || fits_in_strips(b.rows)))
    return nullptr;
  return blas::routines<T>();
}

template <class T>
void by_blas(const blas::Routines<T>& routines, const Matrix& a, const Matrix& b, T* out) {
  const Matrix b_transposed{b.data, b.columns, b.rows, b.column_step, b.row_step};
  const bool is_done =
      (b.columns == 1 &&
       matrix_vector(routines, a, reinterpret_cast<const T*>(b.data), b.row_step, out)) ||
      (a.rows == 1 && matrix_vector(routines, b_transposed, reinterpret_cast<const T*>(a.data),
                                    a.column_step, out));
  if (!is_done) matrix_matrix(routines, a, b, out);
}

}  // namespace

Taken taken(DType dtype, const Matrix& a, const Matrix& b) {
  return visit(dtype, [&](auto tag) -> Taken {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      Lying how;
      if (blas_for<T>(a, b)) return {lies(a, how), lies(b, how)};
    }
    const bool is_plain = is_complex(dtype) || dtype == DType::boolean;
    return {true, is_plain || b.columns == 1 || b.column_step == 1 || fits_in_strips(b.rows)};
  });
}

bool sums_in_order(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k,
                   bool has_neighbours) {
  return is_floating(dtype) && n > 1 && (has_neighbours || fits_in_strips(k)) &&
         is_small_or_thin(m, n, k);
}

bool takes_end(DType dtype, const Matrix& a, const Matrix& b) {
  return visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>)
      return a.columns > 0 && a.columns <= terms_at_once && !blas_for<T>(a, b);
    return false;
  });
}

void multiply(DType dtype, const Matrix& a, const Matrix& b, std::byte* out,
              const ProductEnd* end) {
  assert(!end || takes_end(dtype, a, b));
  if (a.rows == 0 || b.columns == 0) return;
  if (a.columns == 0) {
    std::memset(out, 0, static_cast<std::size_t>(a.rows * b.columns) * item_size(dtype));
    return;
  }
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* to = reinterpret_cast<T*>(out);
    if constexpr (is_inexact(dtype_of<T>)) {
      if (const auto* routines = blas_for<T>(a, b)) return by_blas<T>(*routines, a, b, to);
    }
    if constexpr (is_complex(dtype_of<T>) || std::is_same_v<T, bool>) {
      plain_product<T>(a, b, to);
    } else {
      own_product(dtype, a, b, out, end);
    }
  });
}

bool has_outer_loop(DType dtype) { return !is_complex(dtype) && dtype != DType::boolean; }

void multiply(DType dtype, const Outer& product, std::int64_t first, std::int64_t count,
              std::byte* out) {
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  loops().outer[static_cast<int>(number_of(dtype))](
      product.columns + first * product.column_step * item, product.column_step,
      product.rows + first * product.row_step * item, product.row_step,
      out + first * product.m * product.n * item, count, product.m, product.n);
}

}  // namespace wg::kernels
