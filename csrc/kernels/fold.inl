/// Folds of contiguous numbers, in an order that depends on their count alone: the same at every
/// level.
namespace wg {
namespace {

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#elif defined(__AVX__)
inline constexpr int register_bytes = 32;
#else
inline constexpr int register_bytes = 16;
#endif

struct SumFold {
  template <class V> [[gnu::always_inline]] static V join(V a, V b) { return a + b; }
};
struct ProductFold {
  template <class V> [[gnu::always_inline]] static V join(V a, V b) { return a * b; }
};
/// The greater (or less) of two; NaN, once met, stays. Single numbers go through a register as
/// well, since the compiler would branch on them.
template <bool is_maximum> struct ExtremumFold {
  template <class V> [[gnu::always_inline]] static V join(V a, V b) {
    if constexpr (std::is_floating_point_v<V>) {
      using Register [[gnu::vector_size(16)]] = V;
      return join(Register{a}, Register{b})[0];
    } else {
      return ((is_maximum ? a > b : a < b) | (a != a)) ? a : b;
    }
  }
};
using MaximumFold = ExtremumFold<true>;
using MinimumFold = ExtremumFold<false>;

/// Numbers side by side, in as many registers as they need at this level. A vector wider than a
/// register would be compared element by element.
template <class T, int bytes> struct Row {
  static constexpr int part_bytes = bytes < register_bytes ? bytes : register_bytes;
  static constexpr int parts = bytes / part_bytes;
  using Part [[gnu::vector_size(part_bytes)]] = T;

  Part part[parts];

  [[gnu::always_inline]] static Row load(const T* from) {
    Row row;
#pragma GCC unroll 8
    for (int k = 0; k < parts; ++k) {
      __builtin_memcpy(&row.part[k], from + k * (part_bytes / static_cast<int>(sizeof(T))),
                       part_bytes);
    }
    return row;
  }

  [[gnu::always_inline]] void store(T* to) const {
#pragma GCC unroll 8
    for (int k = 0; k < parts; ++k) {
      __builtin_memcpy(to + k * (part_bytes / static_cast<int>(sizeof(T))), &part[k], part_bytes);
    }
  }
};

template <class Op, class T, int bytes>
[[gnu::always_inline]] inline void join_into(Row<T, bytes>& row, const Row<T, bytes>& other) {
#pragma GCC unroll 8
  for (int k = 0; k < Row<T, bytes>::parts; ++k) row.part[k] = Op::join(row.part[k], other.part[k]);
}

/// Neighbouring numbers of that many bytes, one of them as it is.
template <class T, int bytes> struct Columns {
  using type [[gnu::vector_size(bytes)]] = T;
};
template <class T> struct Columns<T, sizeof(T)> {
  using type = T;
};

template <class Op, class T> struct FoldOf {
  using Wide = Row<T, 128>;
  using Narrow = Row<T, 8 * sizeof(T)>;
  static constexpr std::int64_t wide = 128 / sizeof(T);
  static constexpr std::int64_t narrow = 8;
  // Pairs of sums of blocks keep the error in the logarithm of n (Higham, Accuracy and Stability of
  // Numerical Algorithms, 4.2).
  static constexpr std::int64_t block = 64 * wide;

  /// Joins the lanes of v by halves, down to `parts` numbers.
  template <class V> [[gnu::always_inline]] static void join_lanes(const V& v, int parts, T* out) {
    constexpr int width = sizeof(V) / sizeof(T);
    T lane[width];
    __builtin_memcpy(lane, &v, sizeof v);
#pragma GCC unroll 8
    for (int half = width / 2; half > 1; half /= 2) {
      for (int i = 0; i < half; ++i) lane[i] = Op::join(lane[i], lane[i + half]);
    }
    if (parts == 1) {
      out[0] = Op::join(lane[0], lane[1]);
    } else {
      out[0] = lane[0];
      out[1] = lane[1];
    }
  }

  [[gnu::always_inline]] static void join_rest(const T* x, std::int64_t n, int parts, T* out) {
    for (std::int64_t i = 0; i < n; ++i) {
      T& to = out[parts == 1 ? 0 : i & 1];
      to = Op::join(to, x[i]);
    }
  }

  /// n numbers of which none or few fill a wide register.
  static void fold_short(const T* x, std::int64_t n, int parts, T* out) {
    if (n < narrow) {
      out[0] = x[0];
      if (parts == 2) out[1] = x[1];
      return join_rest(x + parts, n - parts, parts, out);
    }
    Narrow total = Narrow::load(x);
    std::int64_t i = narrow;
    for (; i + narrow <= n; i += narrow) join_into<Op>(total, Narrow::load(x + i));
    join_lanes(total, parts, out);
    join_rest(x + i, n - i, parts, out);
  }

  static void fold(const T* x, std::int64_t n, int parts, T* out) {
    if (n < 4 * wide) return fold_short(x, n, parts, out);
    if (n > block) {
      const std::int64_t half = (n / 2 + block - 1) / block * block;
      T first[2] = {}, second[2] = {};
      fold(x, half, parts, first);
      fold(x + half, n - half, parts, second);
      for (int k = 0; k < parts; ++k) out[k] = Op::join(first[k], second[k]);
      return;
    }
    Wide even = Wide::load(x), odd = Wide::load(x + wide);
    std::int64_t i = 2 * wide;
    for (; i + 2 * wide <= n; i += 2 * wide) {
      join_into<Op>(even, Wide::load(x + i));
      join_into<Op>(odd, Wide::load(x + i + wide));
    }
    join_into<Op>(even, odd);
    join_lanes(even, parts, out);
    if (i == n) return;
    T rest[2];
    fold_short(x + i, n - i, parts, rest);
    for (int k = 0; k < parts; ++k) out[k] = Op::join(out[k], rest[k]);
  }

  static void run(const std::byte* x, std::int64_t n, int parts, std::byte* out) {
    fold(reinterpret_cast<const T*>(x), n * parts, parts, reinterpret_cast<T*>(out));
  }

  /// Lines of n numbers that lie behind one another, into one each.
  static void lines(const std::byte* from, std::int64_t count, std::int64_t n, int parts,
                    std::byte* to) {
    const T* x = reinterpret_cast<const T*>(from);
    T* out = reinterpret_cast<T*>(to);
    std::int64_t i = 0;
    if (parts == 1 && n < narrow) i = count - count % narrow;
    if (i != 0) short_lines(x, i, n, out);
    for (; i < count; ++i) fold(x + i * n * parts, n * parts, parts, out + i * parts);
  }

  /// Eight short lines side by side, each in the order of fold_short.
  static void short_lines(const T* x, std::int64_t count, std::int64_t n, T* out) {
    for (std::int64_t i = 0; i < count; i += narrow) {
      Narrow total = column(x + i * n, n);
      for (std::int64_t k = 1; k < n; ++k) join_into<Op>(total, column(x + i * n + k, n));
      __builtin_memcpy(out + i, &total, sizeof total);
    }
  }
  [[gnu::always_inline]] static Narrow column(const T* x, std::int64_t step) {
    constexpr int width = Narrow::part_bytes / static_cast<int>(sizeof(T));
    Narrow column;
#pragma GCC unroll 8
    for (int p = 0; p < Narrow::parts; ++p) {
      column.part[p] = apart(x + p * width * step, step, std::make_index_sequence<width>());
    }
    return column;
  }
  template <std::size_t... lane>
  [[gnu::always_inline]] static typename Narrow::Part apart(const T* x, std::int64_t step,
                                                            std::index_sequence<lane...>) {
    return typename Narrow::Part{x[static_cast<std::int64_t>(lane) * step]...};
  }

  /// Eight rows at a time, so that the result is read and written once for them.
  template <bool is_first>
  static void rows(const std::byte* from, std::int64_t step, std::int64_t count, std::int64_t n,
                   std::byte* to) {
    constexpr std::int64_t tile = 1024;
    for (std::int64_t j = 0; j < n; j += tile) {
      fold_tile<is_first>(reinterpret_cast<const T*>(from) + j, step, count,
                          n - j < tile ? n - j : tile, reinterpret_cast<T*>(to) + j);
    }
  }

  template <bool is_first>
  static void fold_tile(const T* x, std::int64_t step, std::int64_t count, std::int64_t n, T* out) {
    std::int64_t i = 0;
    if constexpr (is_first) {
      i = count >= 8 ? 8 : 1;
      if (count >= 8)
        join_rows<8, true>(x, step, n, out);
      else
        join_rows<1, true>(x, step, n, out);
    }
    for (; i + 8 <= count; i += 8) join_rows<8, false>(x + i * step, step, n, out);
    for (; i < count; ++i) join_rows<1, false>(x + i * step, step, n, out);
  }

  template <int height, bool is_first>
  [[gnu::always_inline]] static void join_rows(const T* x, std::int64_t step, std::int64_t n,
                                               T* out) {
    std::int64_t j = 0;
    join_columns<register_bytes, height, is_first>(x, step, n, out, j);
    if constexpr (register_bytes > 32) join_columns<32, height, is_first>(x, step, n, out, j);
    if constexpr (register_bytes > 16) join_columns<16, height, is_first>(x, step, n, out, j);
    join_columns<sizeof(T), height, is_first>(x, step, n, out, j);
  }

  template <class V> [[gnu::always_inline]] static V load(const T* from) {
    V v;
    __builtin_memcpy(&v, from, sizeof v);
    return v;
  }
  template <class V, int height>
  [[gnu::always_inline]] static V rows_joined(const T* x, std::int64_t step) {
    if constexpr (height == 1)
      return load<V>(x);
    else
      return Op::join(rows_joined<V, height / 2>(x, step),
                      rows_joined<V, height / 2>(x + height / 2 * step, step));
  }

  /// As many columns from j on as fill registers of this size.
  template <int bytes, int height, bool is_first>
  [[gnu::always_inline]] static void join_columns(const T* x, std::int64_t step, std::int64_t n,
                                                  T* out, std::int64_t& j) {
    using V = typename Columns<T, bytes>::type;
    constexpr std::int64_t width = bytes / sizeof(T);
    for (; j + width <= n; j += width) {
      V all = rows_joined<V, height>(x + j, step);
      if constexpr (!is_first) all = Op::join(load<V>(out + j), all);
      __builtin_memcpy(out + j, &all, bytes);
    }
  }
};

template <class Op, class T> void fill_fold(Loops& loops, Fold fold, Number number) {
  loops.folds[static_cast<int>(fold)][static_cast<int>(number)] = {
      FoldOf<Op, T>::run, FoldOf<Op, T>::lines, FoldOf<Op, T>::template rows<true>,
      FoldOf<Op, T>::template rows<false>};
}

/// Sums and products of integers are unsigned: they wrap around, as NumPy's do.
template <class Added, class Ordered> void fill_number(Loops& loops, Number number) {
  fill_fold<SumFold, Added>(loops, Fold::sum, number);
  fill_fold<ProductFold, Added>(loops, Fold::product, number);
  fill_fold<MaximumFold, Ordered>(loops, Fold::greatest, number);
  fill_fold<MinimumFold, Ordered>(loops, Fold::least, number);
}

void fill_folds(Loops& loops) {
  fill_number<std::uint8_t, std::uint8_t>(loops, Number::int8);
  fill_number<std::uint32_t, std::int32_t>(loops, Number::int32);
  fill_number<std::uint64_t, std::int64_t>(loops, Number::int64);
  fill_number<float, float>(loops, Number::float32);
  fill_number<double, double>(loops, Number::float64);
}

}  // namespace
}  // namespace wg
