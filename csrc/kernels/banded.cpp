#include "kernels/banded.h"

#include <algorithm>

#include "kernels/numbers.h"

namespace wg::kernels {
namespace {

/// The columns that a diagonal of the band has: element (j + offset, j) for j in [begin, end).
struct Diagonal {
  std::int64_t offset, begin, end;

  Diagonal(Band band, std::int64_t row, std::int64_t n)
      : offset(row - band.upper),
        begin(std::max<std::int64_t>(0, -offset)),
        end(std::min(n, n - offset)) {}
};

/// The band by rows, with room to the right for what exchanges bring there.
template <class T> class Rows {
 public:
  Rows(Band band, bool is_transposed, bool is_exchanged, const T* a, std::int64_t n, T* memory)
      : band_(is_transposed ? band.transposed() : band),
        filled_(is_exchanged ? band_.upper + band_.lower : band_.upper),
        width_(band_.lower + 1 + filled_),
        n_(n),
        memory_(memory) {
    std::fill_n(memory, n * width_, T());
    for (std::int64_t row = 0; row < band.rows(); ++row) {
      const Diagonal own(band, row, n);
      const T* const from = a + row * n;
      if (is_transposed) {
        for (std::int64_t j = own.begin; j < own.end; ++j) at(j, j + own.offset) = from[j];
      } else {
        for (std::int64_t j = own.begin; j < own.end; ++j) at(j + own.offset, j) = from[j];
      }
    }
  }

  T& at(std::int64_t i, std::int64_t j) { return memory_[i * width_ + j - i + band_.lower]; }
  /// One behind the last row that reaches column j, and the last column that row i may have.
  std::int64_t rows_below(std::int64_t j) const { return std::min(n_, j + band_.lower + 1); }
  std::int64_t columns_right(std::int64_t i) const { return std::min(n_, i + filled_ + 1); }

 private:
  const Band band_;
  const std::int64_t filled_, width_, n_;
  T* const memory_;
};

/// The row with the greatest element of column j takes its place.
template <class T>
void exchange(Rows<T>& rows, std::int64_t j, std::int64_t below, T* b, std::int64_t k) {
  std::int64_t best = j;
  Real<T> greatest = magnitude(rows.at(j, j));
  for (std::int64_t i = j + 1; i < below; ++i) {
    const Real<T> size = magnitude(rows.at(i, j));
    if (size > greatest) {
      greatest = size;
      best = i;
    }
  }
  if (best == j) return;
  for (std::int64_t c = j; c < rows.columns_right(j); ++c)
    std::swap(rows.at(j, c), rows.at(best, c));
  std::swap_ranges(b + j * k, b + (j + 1) * k, b + best * k);
}

/// Subtracts a multiple of a run of numbers.
template <class T>
void subtract(T factor, const T* __restrict from, T* __restrict to, std::int64_t count) {
  for (std::int64_t c = 0; c < count; ++c) to[c] -= times(factor, from[c]);
}

template <class T>
bool solve(Band band, bool is_transposed, bool is_definite, const T* a, std::int64_t n, T* b,
           std::int64_t k, T* work) {
  const std::int64_t above = is_transposed ? band.lower : band.upper;
  // The pivots of a triangular matrix are on its diagonal.
  const bool is_exchanged = !is_definite && above > 0 && band.rows() > above + 1;
  Rows<T> rows(band, is_transposed, is_exchanged, a, n, work);
  for (std::int64_t j = 0; j < n; ++j) {
    const std::int64_t below = rows.rows_below(j);
    if (is_exchanged) exchange(rows, j, below, b, k);
    const T pivot = rows.at(j, j);
    if (is_definite ? !(real_value(pivot) > 0) : pivot == T()) return false;
    const T inverse = T(1) / pivot;
    const std::int64_t right = rows.columns_right(j) - j - 1;
    const T* const own = &rows.at(j, j) + 1;
    for (std::int64_t i = j + 1; i < below; ++i) {
      const T factor = times(rows.at(i, j), inverse);
      if (factor == T()) continue;
      subtract(factor, own, &rows.at(i, j) + 1, right);
      subtract(factor, b + j * k, b + i * k, k);
    }
  }
  for (std::int64_t i = n - 1; i >= 0; --i) {
    const std::int64_t end = rows.columns_right(i);
    for (std::int64_t j = i + 1; j < end; ++j) subtract(rows.at(i, j), b + j * k, b + i * k, k);
    const T pivot = rows.at(i, i);
    for (std::int64_t c = 0; c < k; ++c) b[i * k + c] /= pivot;
  }
  return true;
}

template <class F> void visit_inexact(DType dtype, const F& work) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) work(T());
  });
}

}  // namespace

bool solve_banded(DType dtype, Band band, bool is_transposed, bool is_definite, const std::byte* a,
                  std::int64_t n, std::byte* b, std::int64_t k, std::byte* work) {
  bool is_solved = false;
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    is_solved = solve(band, is_transposed, is_definite, reinterpret_cast<const T*>(a), n,
                      reinterpret_cast<T*>(b), k, reinterpret_cast<T*>(work));
  });
  return is_solved;
}

std::int64_t banded_work(DType dtype, Band band, std::int64_t n) {
  const std::int64_t width = band.rows() + std::max(band.lower, band.upper);
  return n * width * static_cast<std::int64_t>(item_size(dtype));
}

void multiply_banded(DType dtype, Band band, bool is_transposed, const std::byte* a, std::int64_t n,
                     const std::byte* x, std::byte* y, std::int64_t k) {
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T* const from = reinterpret_cast<const T*>(x);
    T* const to = reinterpret_cast<T*>(y);
    std::fill_n(to, n * k, T());
    for (std::int64_t row = 0; row < band.rows(); ++row) {
      const Diagonal own(band, row, n);
      const T* const elements = reinterpret_cast<const T*>(a) + row * n;
      const std::int64_t read = is_transposed ? own.offset : 0, put = own.offset - read;
      if (k == 1) {
        for (std::int64_t j = own.begin; j < own.end; ++j)
          to[j + put] += times(elements[j], from[j + read]);
        continue;
      }
      for (std::int64_t j = own.begin; j < own.end; ++j) {
        subtract(-elements[j], from + (j + read) * k, to + (j + put) * k, k);
      }
    }
  });
}

void band_of_product(DType dtype, Band band, const std::byte* x, const std::byte* y, std::int64_t n,
                     std::int64_t k, std::byte* a) {
  visit_inexact(dtype, [&](auto zero) {
    using T = decltype(zero);
    const T *const left = reinterpret_cast<const T*>(x), *const right =
                                                             reinterpret_cast<const T*>(y);
    for (std::int64_t row = 0; row < band.rows(); ++row) {
      const Diagonal own(band, row, n);
      T* const elements = reinterpret_cast<T*>(a) + row * n;
      std::fill_n(elements, n, T());
      for (std::int64_t j = own.begin; j < own.end; ++j) {
        const T *const one = left + (j + own.offset) * k, *const other = right + j * k;
        T sum{};
        for (std::int64_t c = 0; c < k; ++c) sum += times(one[c], other[c]);
        elements[j] = sum;
      }
    }
  });
}

}  // namespace wg::kernels
