#include "kernels/own_product.h"

#include <algorithm>
#include <cassert>

#include "core/threads.h"
#include "kernels/side_by_side.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t near = 2048;          // elements of a strip of columns that is copied
constexpr std::int64_t narrow = 8;           // columns of such a strip, at least
constexpr std::int64_t in_one_piece = 3456;  // products of elements that one thread takes

/// The end of what lies some rows and columns further.
ProductEnd moved(ProductEnd end, std::int64_t rows, std::int64_t columns, std::int64_t item) {
  if (end.d) end.d += (rows * end.d_row + columns) * item;
  return end;
}

/// Columns of b are brought side by side, a strip at a time, and used for all rows of a.
template <class T>
void by_strips(Number number, const Matrix& a, const Matrix& b, std::byte* out,
               const ProductEnd* end) {
  assert(fits_in_strips(b.rows));
  const std::int64_t n = b.columns, k = b.rows;
  const std::int64_t most = std::min(n, near / k / narrow * narrow);
  // Columns that lie apart, each in some lines of the cache, are no stream that a processor knows.
  constexpr std::int64_t ahead = 8, in_line = 64 / sizeof(T);
  T strip[near];
  for (std::int64_t begin = 0; begin < n; begin += most) {
    const std::int64_t columns = std::min(most, n - begin);
    const auto column = [&](std::int64_t j) {
      const T* const first = reinterpret_cast<const T*>(b.data) + (begin + j) * b.column_step;
      const T* const later = first + ahead * b.column_step;
      for (std::int64_t p = 0; p < k; p += in_line) __builtin_prefetch(later + p * b.row_step);
      return first;
    };
    std::int64_t j = 0;
    for (; b.row_step == 1 && j + 2 <= columns; j += 2)
      bring_two(column(j), column(j + 1), k, strip + j, columns);
    for (; j < columns; ++j) {
      const T* const from = column(j);
      for (std::int64_t p = 0; p < k; ++p) strip[p * columns + j] = from[p * b.row_step];
    }
    const ProductEnd own = end ? moved(*end, 0, begin, sizeof(T)) : ProductEnd();
    loops().product[static_cast<int>(number)](a.data, a.row_step, a.column_step,
                                              reinterpret_cast<const std::byte*>(strip), columns,
                                              out + begin * static_cast<std::int64_t>(sizeof(T)), n,
                                              a.rows, columns, k, end ? &own : nullptr);
  }
}

/// Whether a product is a column of sums over the columns of a, as they lie: each is then a number
/// times neighbours.
bool is_row_of_transposes(const Matrix& a, const Matrix& b) {
  return b.columns == 1 && a.rows > 1 && a.row_step == 1 && a.column_step != 1;
}

/// By our own loops: in strips of rows, where the matrices are large.
template <class T>
void product_of(Number number, const Matrix& a, const Matrix& b, std::byte* out,
                const ProductEnd* end) {
  const std::int64_t m = a.rows, n = b.columns, k = a.columns;
  constexpr auto item = static_cast<std::int64_t>(sizeof(T));
  const bool is_small = m * n * k <= in_one_piece;
  const bool is_dots = n == 1 && a.column_step == 1 && (b.row_step == 1 || k == 1);
  const auto rows = [&](std::int64_t begin, std::int64_t last) {
    const Matrix some = part(a, item, begin, last - begin, 0, k);
    std::byte* const to = out + begin * n * item;
    const ProductEnd own = end ? moved(*end, begin, 0, item) : ProductEnd();
    const ProductEnd* const ended = end ? &own : nullptr;
    if (is_dots)
      loops().dot[static_cast<int>(number)](some.data, a.row_step, b.data, some.rows, k, to, ended);
    else if (is_row_of_transposes(a, b) && (!end || !end->d || end->d_row == 1))
      loops().product[static_cast<int>(number)](b.data, 0, b.row_step, some.data, a.column_step, to,
                                                some.rows, 1, some.rows, k, ended);
    else if (n == 1 || b.column_step == 1)
      loops().product[static_cast<int>(number)](some.data, a.row_step, a.column_step, b.data,
                                                b.row_step, to, n, some.rows, n, k, ended);
    else
      by_strips<T>(number, some, b, to, ended);
  };
  const std::int64_t at_once =
      is_dots ? std::max<std::int64_t>(1, 65'536 / std::max<std::int64_t>(k, 1))
              : std::max<std::int64_t>(4, 262'144 / std::max<std::int64_t>(n * k, 1) / 4 * 4);
  if (is_small)
    rows(0, m);
  else
    threads::parallel_for(m, at_once, rows);
}

}  // namespace

Number number_of(DType dtype) {
  switch (dtype) {
    case DType::int32:
      return Number::int32;
    case DType::int64:
      return Number::int64;
    case DType::float32:
      return Number::float32;
    default:
      return Number::float64;
  }
}

Matrix part(const Matrix& m, std::int64_t item, std::int64_t row, std::int64_t rows,
            std::int64_t column, std::int64_t columns) {
  return {m.data + (row * m.row_step + column * m.column_step) * item, rows, columns, m.row_step,
          m.column_step};
}

bool fits_in_strips(std::int64_t rows) { return rows * narrow <= near; }

void own_product(DType dtype, const Matrix& a, const Matrix& b, std::byte* out,
                 const ProductEnd* end) {
  assert(!is_complex(dtype) && dtype != DType::boolean);
  const Number number = number_of(dtype);
  if (item_size(dtype) == 4)
    number == Number::float32 ? product_of<float>(number, a, b, out, end)
                              : product_of<std::int32_t>(number, a, b, out, end);
  else
    number == Number::float64 ? product_of<double>(number, a, b, out, end)
                              : product_of<std::int64_t>(number, a, b, out, end);
}

}  // namespace wg::kernels
