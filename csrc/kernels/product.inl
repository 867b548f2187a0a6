/// Products of small matrices, and of any where there is no BLAS: every element is summed in order
/// of the inner axis, in tiles of the result that stay in registers.
namespace wg {
namespace {

template <class T, int bytes> struct Vec {
  using type [[gnu::vector_size(bytes)]] = T;
};

/// `height` rows of a strip of the result that is as wide as V.
template <class T, class V, int height>
[[gnu::always_inline]] inline void product_tile(const T* a, std::int64_t a_row,
                                                std::int64_t a_column, const T* b,
                                                std::int64_t b_row, T* c, std::int64_t c_row,
                                                std::int64_t k) {
  V sum[height] = {};
  for (std::int64_t p = 0; p < k; ++p) {
    V row;
    __builtin_memcpy(&row, b + p * b_row, sizeof row);
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) sum[r] += a[r * a_row + p * a_column] * row;
  }
  for (int r = 0; r < height; ++r) __builtin_memcpy(c + r * c_row, &sum[r], sizeof sum[r]);
}

/// A strip of columns, as wide as V, of all rows.
template <class T, class V>
[[gnu::always_inline]] inline void product_strip(const T* a, std::int64_t a_row,
                                                 std::int64_t a_column, const T* b,
                                                 std::int64_t b_row, T* c, std::int64_t c_row,
                                                 std::int64_t m, std::int64_t k) {
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4) {
    product_tile<T, V, 4>(a + i * a_row, a_row, a_column, b, b_row, c + i * c_row, c_row, k);
  }
  for (; i < m; ++i) {
    product_tile<T, V, 1>(a + i * a_row, a_row, a_column, b, b_row, c + i * c_row, c_row, k);
  }
}

/// c = a b, where b and c have neighbouring columns and a any strides.
template <class T>
void product(const std::byte* a_bytes, std::int64_t a_row, std::int64_t a_column,
             const std::byte* b_bytes, std::int64_t b_row, std::byte* c_bytes, std::int64_t c_row,
             std::int64_t m, std::int64_t n, std::int64_t k) {
  const T* a = reinterpret_cast<const T*>(a_bytes);
  const T* b = reinterpret_cast<const T*>(b_bytes);
  T* c = reinterpret_cast<T*>(c_bytes);
  constexpr std::int64_t wide = 128 / sizeof(T), narrow = 32 / sizeof(T);
  std::int64_t j = 0;
  for (; j + wide <= n; j += wide) {
    product_strip<T, typename Vec<T, 128>::type>(a, a_row, a_column, b + j, b_row, c + j, c_row, m,
                                                 k);
  }
  for (; j + narrow <= n; j += narrow) {
    product_strip<T, typename Vec<T, 32>::type>(a, a_row, a_column, b + j, b_row, c + j, c_row, m,
                                                k);
  }
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t q = j; q < n; ++q) {
      T sum = 0;
      for (std::int64_t p = 0; p < k; ++p) sum += a[i * a_row + p * a_column] * b[p * b_row + q];
      c[i * c_row + q] = sum;
    }
  }
}

/// The sum of x[i] y[i], by two registers of 128 bytes.
template <class T>
void dot(const std::byte* x_bytes, const std::byte* y_bytes, std::int64_t n, std::byte* out) {
  using V = typename Vec<T, 128>::type;
  constexpr std::int64_t wide = 128 / sizeof(T);
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const T* y = reinterpret_cast<const T*>(y_bytes);
  std::int64_t i = 0;
  T total = 0;
  if (n >= wide) {
    V sum = {};
    for (; i + wide <= n; i += wide) {
      V a, b;
      __builtin_memcpy(&a, x + i, sizeof a);
      __builtin_memcpy(&b, y + i, sizeof b);
      sum += a * b;
    }
    T lane[wide];
    __builtin_memcpy(lane, &sum, sizeof sum);
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
