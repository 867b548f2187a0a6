/// Products of small matrices, and of any where there is no BLAS: every element is summed in order
/// of the inner axis, in tiles of the result that stay in registers.
namespace wg {
namespace {

/// `height` rows of a strip of the result that is as wide as a Row of that many bytes; `goes_on`
/// from what the terms before came to.
template <class T, int bytes, int height>
[[gnu::always_inline]] inline void product_tile(const T* a, std::int64_t a_row,
                                                std::int64_t a_column, const T* b,
                                                std::int64_t b_row, T* c, std::int64_t c_row,
                                                std::int64_t k, bool goes_on) {
  using Strip = Row<T, bytes>;
  Strip sum[height] = {};
  if (goes_on) {
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) sum[r] = Strip::load(c + r * c_row);
  }
  for (std::int64_t p = 0; p < k; ++p) {
    const Strip row = Strip::load(b + p * b_row);
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) {
      const T factor = a[r * a_row + p * a_column];
#pragma GCC unroll 2
      for (int q = 0; q < Strip::parts; ++q) sum[r].part[q] += factor * row.part[q];
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < height; ++r) sum[r].store(c + r * c_row);
}

/// A strip of columns of all rows.
template <class T, int bytes>
[[gnu::always_inline]] inline void product_strip(const T* a, std::int64_t a_row,
                                                 std::int64_t a_column, const T* b,
                                                 std::int64_t b_row, T* c, std::int64_t c_row,
                                                 std::int64_t m, std::int64_t k, bool goes_on) {
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4) {
    product_tile<T, bytes, 4>(a + i * a_row, a_row, a_column, b, b_row, c + i * c_row, c_row, k,
                              goes_on);
  }
  for (; i < m; ++i) {
    product_tile<T, bytes, 1>(a + i * a_row, a_row, a_column, b, b_row, c + i * c_row, c_row, k,
                              goes_on);
  }
}

/// Some rows of c = a b, or of what some terms add to it. Tiles of four rows and two registers
/// leave registers for their operands.
template <class T>
[[gnu::always_inline]] inline void product_rows(const T* a, std::int64_t a_row,
                                                std::int64_t a_column, const T* b,
                                                std::int64_t b_row, T* c, std::int64_t c_row,
                                                std::int64_t m, std::int64_t n, std::int64_t k,
                                                bool goes_on) {
  std::int64_t j = 0;
  const auto strips_of = [&]<int bytes>() __attribute__((always_inline)) {
    constexpr std::int64_t width = bytes / sizeof(T);
    for (; j + width <= n; j += width) {
      product_strip<T, bytes>(a, a_row, a_column, b + j, b_row, c + j, c_row, m, k, goes_on);
    }
  };
  strips_of.template operator()<2 * register_bytes>();
  if constexpr (register_bytes > 32) strips_of.template operator()<register_bytes>();
  if constexpr (register_bytes > 16) strips_of.template operator()<32>();
  strips_of.template operator()<16>();
  for (; j < n; ++j) {
    for (std::int64_t i = 0; i < m; ++i) {
      T sum = goes_on ? c[i * c_row + j] : T(0);
      for (std::int64_t p = 0; p < k; ++p) sum += a[i * a_row + p * a_column] * b[p * b_row + j];
      c[i * c_row + j] = sum;
    }
  }
}

/// c = a b, where b and c have neighbouring columns and a any strides. Some rows at a time, so that
/// c is written where it was written last, and some terms, so that a strip of b stays in the first
/// cache.
template <class T>
void product(const std::byte* a_bytes, std::int64_t a_row, std::int64_t a_column,
             const std::byte* b_bytes, std::int64_t b_row, std::byte* c_bytes, std::int64_t c_row,
             std::int64_t m, std::int64_t n, std::int64_t k) {
  constexpr std::int64_t height = 32, terms = 256;
  const T* a = reinterpret_cast<const T*>(a_bytes);
  const T* b = reinterpret_cast<const T*>(b_bytes);
  T* c = reinterpret_cast<T*>(c_bytes);
  for (std::int64_t i = 0; i < m; i += height) {
    const std::int64_t rows = m - i < height ? m - i : height;
    for (std::int64_t p = 0; p == 0 || p < k; p += terms) {
      product_rows(a + i * a_row + p * a_column, a_row, a_column, b + p * b_row, b_row,
                   c + i * c_row, c_row, rows, n, k - p < terms ? k - p : terms, p > 0);
    }
  }
}

/// Columns a of m numbers times rows b of n, `known` if that is not 0: one number is a whole sum.
template <class T, int known>
void outer_of(const T* a, std::int64_t a_step, const T* b, std::int64_t b_step, T* __restrict c,
              std::int64_t count, std::int64_t m, std::int64_t columns) {
  const std::int64_t n = known > 0 ? known : columns;
  for (std::int64_t e = 0; e < count; ++e, a += a_step, b += b_step) {
    for (std::int64_t i = 0; i < m; ++i, c += n) {
      const T factor = a[i];
      for (std::int64_t j = 0; j < n; ++j) c[j] = T(0) + factor * b[j];
    }
  }
}

template <class T>
void outer(const std::byte* a_bytes, std::int64_t a_step, const std::byte* b_bytes,
           std::int64_t b_step, std::byte* c_bytes, std::int64_t count, std::int64_t m,
           std::int64_t n) {
  const T* a = reinterpret_cast<const T*>(a_bytes);
  const T* b = reinterpret_cast<const T*>(b_bytes);
  T* c = reinterpret_cast<T*>(c_bytes);
  switch (n) {
    case 2:
      return outer_of<T, 2>(a, a_step, b, b_step, c, count, m, n);
    case 3:
      return outer_of<T, 3>(a, a_step, b, b_step, c, count, m, n);
    case 4:
      return outer_of<T, 4>(a, a_step, b, b_step, c, count, m, n);
    default:
      return outer_of<T, 0>(a, a_step, b, b_step, c, count, m, n);
  }
}

/// The sum of x[i] y[i], in the lanes of 128 bytes.
template <class T>
void dot(const std::byte* x_bytes, const std::byte* y_bytes, std::int64_t n, std::byte* out) {
  using Wide = Row<T, 128>;
  constexpr std::int64_t wide = 128 / sizeof(T);
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const T* y = reinterpret_cast<const T*>(y_bytes);
  std::int64_t i = 0;
  T total = 0;
  if (n >= wide) {
    Wide sum = {};
    for (; i + wide <= n; i += wide) {
      const Wide a = Wide::load(x + i), b = Wide::load(y + i);
#pragma GCC unroll 8
      for (int q = 0; q < Wide::parts; ++q) sum.part[q] += a.part[q] * b.part[q];
    }
    T lane[wide];
    sum.store(lane);
    for (std::int64_t half = wide / 2; half > 0; half /= 2) {
      for (std::int64_t q = 0; q < half; ++q) lane[q] += lane[q + half];
    }
    total = lane[0];
  }
  for (; i < n; ++i) total += x[i] * y[i];
  __builtin_memcpy(out, &total, sizeof total);
}

template <class T> void fill_product(Loops& loops, Number number) {
  loops.product[static_cast<int>(number)] = product<T>;
  loops.outer[static_cast<int>(number)] = outer<T>;
  loops.dot[static_cast<int>(number)] = dot<T>;
}

/// Integers are unsigned: they wrap around.
void fill_products(Loops& loops) {
  fill_product<std::uint32_t>(loops, Number::int32);
  fill_product<std::uint64_t>(loops, Number::int64);
  fill_product<float>(loops, Number::float32);
  fill_product<double>(loops, Number::float64);
}

}  // namespace
}  // namespace wg
