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
/// NaN, once met, stays.
struct MaximumFold {
  template <class V> [[gnu::always_inline]] static V join(V a, V b) {
    return ((a > b) | (a != a)) ? a : b;
  }
};
struct MinimumFold {
  template <class V> [[gnu::always_inline]] static V join(V a, V b) {
    return ((a < b) | (a != a)) ? a : b;
  }
};

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
};

template <class Op, class T, int bytes>
[[gnu::always_inline]] inline void join_into(Row<T, bytes>& row, const Row<T, bytes>& other) {
#pragma GCC unroll 8
  for (int k = 0; k < Row<T, bytes>::parts; ++k) row.part[k] = Op::join(row.part[k], other.part[k]);
}

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
      T first[2], second[2];
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

  /// Eight rows at a time, so that the result is read and written once for them.
  static void rows(const std::byte* from, std::int64_t step, std::int64_t count, std::int64_t n,
                   std::byte* to) {
    constexpr std::int64_t tile = 1024;
    for (std::int64_t j = 0; j < n; j += tile) {
      fold_tile(reinterpret_cast<const T*>(from) + j, step, count, n - j < tile ? n - j : tile,
                reinterpret_cast<T*>(to) + j);
    }
  }

  static void fold_tile(const T* __restrict x, std::int64_t step, std::int64_t count,
                        std::int64_t n, T* __restrict out) {
    std::int64_t i = 0;
    const auto eight = [&](std::int64_t j) {
      const T* at = x + i * step + j;
      return Op::join(
          Op::join(Op::join(at[0], at[step]), Op::join(at[2 * step], at[3 * step])),
          Op::join(Op::join(at[4 * step], at[5 * step]), Op::join(at[6 * step], at[7 * step])));
    };
    if (count >= 8) {
      for (std::int64_t j = 0; j < n; ++j) out[j] = eight(j);
      i = 8;
    } else {
      for (std::int64_t j = 0; j < n; ++j) out[j] = x[j];
      i = 1;
    }
    for (; i + 8 <= count; i += 8) {
      for (std::int64_t j = 0; j < n; ++j) out[j] = Op::join(out[j], eight(j));
    }
    for (; i < count; ++i) {
      for (std::int64_t j = 0; j < n; ++j) out[j] = Op::join(out[j], x[i * step + j]);
    }
  }
};

template <class Op, class T> void fill_fold(Loops& loops, Fold fold, Number number) {
  loops.folds[static_cast<int>(fold)][static_cast<int>(number)] = {FoldOf<Op, T>::run,
                                                                   FoldOf<Op, T>::rows};
}

/// Sums and products of integers are unsigned: they wrap around, as NumPy's do.
template <class Added, class Ordered> void fill_number(Loops& loops, Number number) {
  fill_fold<SumFold, Added>(loops, Fold::sum, number);
  fill_fold<ProductFold, Added>(loops, Fold::product, number);
  fill_fold<MaximumFold, Ordered>(loops, Fold::maximum, number);
  fill_fold<MinimumFold, Ordered>(loops, Fold::minimum, number);
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
