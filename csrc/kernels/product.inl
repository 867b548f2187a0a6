/// Products of small matrices, and of any where there is no BLAS: every element is summed in order
/// of the inner axis, in tiles of the result that stay in registers.
namespace wg {
namespace {

/// Where sums go: to c, or what becomes of them.
template <class T> struct SumsTo {
  T* c;
  std::int64_t c_row;
  bool goes_on = false;  // from what the terms before came to
  bool has_end = false;
  T alpha{}, beta{};
  const T* d = nullptr;
  std::int64_t d_row = 0;

  SumsTo(std::byte* to, std::int64_t row, const ProductEnd* end)
      : c(reinterpret_cast<T*>(to)), c_row(row), has_end(end != nullptr) {
    if (!end) return;
    alpha = static_cast<T>(end->alpha);
    beta = static_cast<T>(end->beta);
    d = reinterpret_cast<const T*>(end->d);
    d_row = end->d_row;
  }
  [[gnu::always_inline]] SumsTo at(std::int64_t i, std::int64_t j) const {
    SumsTo to = *this;
    to.c += i * c_row + j;
    if (d) to.d += i * d_row + j;
    return to;
  }
  /// A number or a register of a row, and the same of d.
  template <class V> [[gnu::always_inline]] V ended(V sum, const V* added) const {
    sum = alpha * sum;
    return added ? beta * *added + sum : sum;
  }
  [[gnu::always_inline]] void put(std::int64_t i, T sum) const {
    c[i * c_row] = has_end ? ended(sum, d ? d + i * d_row : nullptr) : sum;
  }
};

/// `height` rows of a strip of the result that is as wide as a Row of that many bytes.
template <class T, int bytes, int height>
[[gnu::always_inline]] inline void product_tile(const T* a, std::int64_t a_row,
                                                std::int64_t a_column, const T* b,
                                                std::int64_t b_row, const SumsTo<T>& to,
                                                std::int64_t k) {
  using Strip = Row<T, bytes>;
  Strip sum[height] = {};
  if (to.goes_on) {
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) sum[r] = Strip::load(to.c + r * to.c_row);
  }
  for (std::int64_t p = 0; p < k; ++p) {
    const Strip row = Strip::load(b + p * b_row);
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) {
      const T factor = a[r * a_row + p * a_column];
#pragma GCC unroll 4
      for (int q = 0; q < Strip::parts; ++q) sum[r].part[q] += factor * row.part[q];
    }
  }
  if (to.has_end) {
#pragma GCC unroll 4
    for (int r = 0; r < height; ++r) {
      Strip added;
      if (to.d) added = Strip::load(to.d + r * to.d_row);
#pragma GCC unroll 4
      for (int q = 0; q < Strip::parts; ++q)
        sum[r].part[q] = to.ended(sum[r].part[q], to.d ? &added.part[q] : nullptr);
    }
  }
#pragma GCC unroll 4
  for (int r = 0; r < height; ++r) sum[r].store(to.c + r * to.c_row);
}

/// A strip of columns of all rows.
template <class T, int bytes>
[[gnu::always_inline]] inline void product_strip(const T* a, std::int64_t a_row,
                                                 std::int64_t a_column, const T* b,
                                                 std::int64_t b_row, const SumsTo<T>& to,
                                                 std::int64_t m, std::int64_t k) {
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4)
    product_tile<T, bytes, 4>(a + i * a_row, a_row, a_column, b, b_row, to.at(i, 0), k);
  for (; i < m; ++i)
    product_tile<T, bytes, 1>(a + i * a_row, a_row, a_column, b, b_row, to.at(i, 0), k);
}

/// Some rows of c = a b, or of what some terms add to it. Tiles of four rows and two registers
/// leave registers for their operands; a row alone has four, so that no sum waits for itself.
template <class T>
[[gnu::always_inline]] inline void product_rows(const T* a, std::int64_t a_row,
                                                std::int64_t a_column, const T* b,
                                                std::int64_t b_row, const SumsTo<T>& to,
                                                std::int64_t m, std::int64_t n, std::int64_t k) {
  std::int64_t j = 0;
  const auto strips_of = [&]<int bytes>() __attribute__((always_inline)) {
    constexpr std::int64_t width = bytes / sizeof(T);
    for (; j + width <= n; j += width)
      product_strip<T, bytes>(a, a_row, a_column, b + j, b_row, to.at(0, j), m, k);
  };
  if (m == 1) {
    constexpr std::int64_t width = 4 * register_bytes / sizeof(T);
    for (; j + width <= n; j += width) {
      product_tile<T, 4 * register_bytes, 1>(a, a_row, a_column, b + j, b_row, to.at(0, j), k);
    }
  }
  strips_of.template operator()<2 * register_bytes>();
  if constexpr (register_bytes > 32) strips_of.template operator()<register_bytes>();
  if constexpr (register_bytes > 16) strips_of.template operator()<32>();
  strips_of.template operator()<16>();
  for (; j < n; ++j) {
    const SumsTo<T> column = to.at(0, j);
    for (std::int64_t i = 0; i < m; ++i) {
      T sum = to.goes_on ? column.c[i * to.c_row] : T(0);
      for (std::int64_t p = 0; p < k; ++p) sum += a[i * a_row + p * a_column] * b[p * b_row + j];
      column.put(i, sum);
    }
  }
}

/// c = a b, where b and c have neighbouring columns and a any strides. Some rows at a time, so that
/// c is written where it was written last, and some terms, so that a strip of b stays in the first
/// cache.
template <class T>
void product(const std::byte* a_bytes, std::int64_t a_row, std::int64_t a_column,
             const std::byte* b_bytes, std::int64_t b_row, std::byte* c_bytes, std::int64_t c_row,
             std::int64_t m, std::int64_t n, std::int64_t k, const ProductEnd* end) {
  constexpr std::int64_t height = 32;
  const T* a = reinterpret_cast<const T*>(a_bytes);
  const T* b = reinterpret_cast<const T*>(b_bytes);
  SumsTo<T> to(c_bytes, c_row, end);
  for (std::int64_t i = 0; i < m; i += height) {
    const std::int64_t rows = m - i < height ? m - i : height;
    for (std::int64_t p = 0; p == 0 || p < k; p += terms_at_once) {
      to.goes_on = p > 0;
      product_rows(a + i * a_row + p * a_column, a_row, a_column, b + p * b_row, b_row, to.at(i, 0),
                   rows, n, k - p < terms_at_once ? k - p : terms_at_once);
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

/// Lanes of 128 bytes, joined by halves down to four.
template <class T> [[gnu::always_inline]] inline auto four_lanes(const Row<T, 128>& sum) {
  using Four [[gnu::vector_size(4 * sizeof(T))]] = T;
  constexpr int count = 128 / sizeof(Four);
  Four lane[count];
  __builtin_memcpy(lane, &sum, sizeof sum);
#pragma GCC unroll 4
  for (int half = count / 2; half > 0; half /= 2) {
#pragma GCC unroll 4
    for (int q = 0; q < half; ++q) lane[q] += lane[q + half];
  }
  return lane[0];
}

/// Products of four rows with a column, each in the lanes of 128 bytes, of which the last four are
/// joined for all rows at once.
template <class T>
[[gnu::always_inline]] inline void dots_of_four(const T* a, std::int64_t a_row, const T* x,
                                                std::int64_t n, T* total) {
  using Wide = Row<T, 128>;
  constexpr std::int64_t wide = 128 / sizeof(T);
  std::int64_t i = 0;
  using Four [[gnu::vector_size(4 * sizeof(T))]] = T;
  Four all = {};
  if (n >= wide) {
    Wide sum[4] = {};
    for (; i + wide <= n; i += wide) {
      const Wide column = Wide::load(x + i);
#pragma GCC unroll 4
      for (int r = 0; r < 4; ++r) {
        const Wide row = Wide::load(a + r * a_row + i);
#pragma GCC unroll 8
        for (int q = 0; q < Wide::parts; ++q) sum[r].part[q] += row.part[q] * column.part[q];
      }
    }
    const Four s = four_lanes(sum[0]), t = four_lanes(sum[1]), u = four_lanes(sum[2]),
               v = four_lanes(sum[3]);
    const Four st =
        __builtin_shufflevector(s, t, 0, 1, 4, 5) + __builtin_shufflevector(s, t, 2, 3, 6, 7);
    const Four uv =
        __builtin_shufflevector(u, v, 0, 1, 4, 5) + __builtin_shufflevector(u, v, 2, 3, 6, 7);
    all = __builtin_shufflevector(st, uv, 0, 2, 4, 6) + __builtin_shufflevector(st, uv, 1, 3, 5, 7);
  }
  for (; i < n; ++i) {
    const Four row = {a[i], a[a_row + i], a[2 * a_row + i], a[3 * a_row + i]};
    all += row * x[i];
  }
  __builtin_memcpy(total, &all, sizeof all);
}

/// The sum of x[i] y[i], in the lanes of 128 bytes.
template <class T> [[gnu::always_inline]] inline T dot(const T* x, const T* y, std::int64_t n) {
  using Wide = Row<T, 128>;
  constexpr std::int64_t wide = 128 / sizeof(T);
  std::int64_t i = 0;
  T total = 0;
  if (n >= wide) {
    Wide sum = {};
    for (; i + wide <= n; i += wide) {
      const Wide a = Wide::load(x + i), b = Wide::load(y + i);
#pragma GCC unroll 8
      for (int q = 0; q < Wide::parts; ++q) sum.part[q] += a.part[q] * b.part[q];
    }
    const auto four = four_lanes(sum);
    total = (four[0] + four[2]) + (four[1] + four[3]);
  }
  for (; i < n; ++i) total += x[i] * y[i];
  return total;
}

template <class T>
void dots(const std::byte* a_bytes, std::int64_t a_row, const std::byte* x_bytes, std::int64_t m,
          std::int64_t n, std::byte* out, const ProductEnd* end) {
  const T* a = reinterpret_cast<const T*>(a_bytes);
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const SumsTo<T> to(out, 1, end);
  std::int64_t i = 0;
  for (; i + 4 <= m; i += 4) {
    T total[4];
    dots_of_four(a + i * a_row, a_row, x, n, total);
#pragma GCC unroll 4
    for (int r = 0; r < 4; ++r) to.put(i + r, total[r]);
  }
  for (; i < m; ++i) to.put(i, dot(a + i * a_row, x, n));
}

template <class T> void fill_product(Loops& loops, Number number) {
  loops.product[static_cast<int>(number)] = product<T>;
  loops.outer[static_cast<int>(number)] = outer<T>;
  loops.dot[static_cast<int>(number)] = dots<T>;
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
