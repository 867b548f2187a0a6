/// Sums of products over what slides along a line: sums stay in registers while the taps go by.
namespace wg {
namespace {

/// `count` registers of neighbouring sums, from out on.
template <class T, int count>
[[gnu::always_inline]] inline void slide_tile(const T* x, const T* taps,
                                              const std::int64_t* offsets, std::int64_t tap_count,
                                              T* out) {
  using V [[gnu::vector_size(register_bytes)]] = T;
  constexpr std::int64_t width = register_bytes / sizeof(T);
  V sum[count] = {};
  for (std::int64_t j = 0; j < tap_count; ++j) {
    const T* const from = x + offsets[j];
#pragma GCC unroll 8
    for (int r = 0; r < count; ++r) {
      V part;
      __builtin_memcpy(&part, from + r * width, sizeof part);
      sum[r] += taps[j] * part;
    }
  }
  for (int r = 0; r < count; ++r) __builtin_memcpy(out + r * width, &sum[r], sizeof sum[r]);
}

/// out[i] = sum_j taps[j] x[offsets[j] + i], in the order of j. The last register may begin before
/// the one in front of it ends.
template <class T>
void slide(const std::byte* x_bytes, const std::byte* taps_bytes, const std::int64_t* offsets,
           std::int64_t tap_count, std::byte* out_bytes, std::int64_t n) {
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const T* taps = reinterpret_cast<const T*>(taps_bytes);
  T* out = reinterpret_cast<T*>(out_bytes);
  constexpr std::int64_t width = register_bytes / sizeof(T);
  std::int64_t i = 0;
  for (; i + 8 * width <= n; i += 8 * width)
    slide_tile<T, 8>(x + i, taps, offsets, tap_count, out + i);
  for (; i + 2 * width <= n; i += 2 * width)
    slide_tile<T, 2>(x + i, taps, offsets, tap_count, out + i);
  for (; i + width <= n; i += width) slide_tile<T, 1>(x + i, taps, offsets, tap_count, out + i);
  if (i == n) return;
  if (n >= width) return slide_tile<T, 1>(x + n - width, taps, offsets, tap_count, out + n - width);
  for (; i < n; ++i) {
    T sum = 0;
    for (std::int64_t j = 0; j < tap_count; ++j) sum += taps[j] * x[offsets[j] + i];
    out[i] = sum;
  }
}

/// `count` neighbouring sums, in lanes of 64 bytes at every level.
template <class T, int count>
[[gnu::always_inline]] inline void slide_lines_tile(const T* x, const T* taps,
                                                    const std::int64_t* offsets,
                                                    std::int64_t line_count, std::int64_t length,
                                                    T* out) {
  using Lanes = Row<T, 64>;
  constexpr std::int64_t width = 64 / sizeof(T);
  Lanes sum[count] = {};
  T rest[count] = {};
  for (std::int64_t l = 0; l < line_count; ++l, taps += length) {
    const T* const from = x + offsets[l];
    std::int64_t j = 0;
    for (; j + width <= length; j += width) {
      const Lanes tap = Lanes::load(taps + j);
#pragma GCC unroll 4
      for (int r = 0; r < count; ++r) {
        const Lanes part = Lanes::load(from + j + r);
#pragma GCC unroll 4
        for (int k = 0; k < Lanes::parts; ++k) sum[r].part[k] += tap.part[k] * part.part[k];
      }
    }
    for (; j < length; ++j) {
      for (int r = 0; r < count; ++r) rest[r] += taps[j] * from[j + r];
    }
  }
  for (int r = 0; r < count; ++r) {
    T lane[width];
    __builtin_memcpy(lane, &sum[r], sizeof lane);
    for (std::int64_t half = width / 2; half > 0; half /= 2) {
      for (std::int64_t q = 0; q < half; ++q) lane[q] += lane[q + half];
    }
    out[r] = lane[0] + rest[r];
  }
}

template <class T>
void slide_lines(const std::byte* x_bytes, const std::byte* taps_bytes, const std::int64_t* offsets,
                 std::int64_t line_count, std::int64_t length, std::byte* out_bytes,
                 std::int64_t n) {
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const T* taps = reinterpret_cast<const T*>(taps_bytes);
  T* out = reinterpret_cast<T*>(out_bytes);
  constexpr int count = register_bytes > 16 ? 4 : 2;
  std::int64_t i = 0;
  for (; i + count <= n; i += count)
    slide_lines_tile<T, count>(x + i, taps, offsets, line_count, length, out + i);
  for (; i < n; ++i) slide_lines_tile<T, 1>(x + i, taps, offsets, line_count, length, out + i);
}

template <class T> void fill_slide(Loops& loops, Number number) {
  loops.slide_lines[static_cast<int>(number)] = slide_lines<T>;
  loops.slide[static_cast<int>(number)] = slide<T>;
}

/// Integers are unsigned: they wrap around.
void fill_slides(Loops& loops) {
  fill_slide<std::uint32_t>(loops, Number::int32);
  fill_slide<std::uint64_t>(loops, Number::int64);
  fill_slide<float>(loops, Number::float32);
  fill_slide<double>(loops, Number::float64);
}

}  // namespace
}  // namespace wg
