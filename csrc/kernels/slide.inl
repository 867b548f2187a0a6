/// Sums of products over what slides along a line: sums stay in registers while the taps go by.
namespace wg {
namespace {

/// `count` registers' worth of neighbouring sums, from out on.
template <class T, class V, int count>
[[gnu::always_inline]] inline void slide_tile(const T* x, const T* taps,
                                              const std::int64_t* offsets, std::int64_t tap_count,
                                              T* out) {
  constexpr std::int64_t width = sizeof(V) / sizeof(T);
  V sum[count] = {};
  for (std::int64_t j = 0; j < tap_count; ++j) {
    const T* const from = x + offsets[j];
#pragma GCC unroll 4
    for (int r = 0; r < count; ++r) {
      V part;
      __builtin_memcpy(&part, from + r * width, sizeof part);
      sum[r] += taps[j] * part;
    }
  }
  for (int r = 0; r < count; ++r) __builtin_memcpy(out + r * width, &sum[r], sizeof sum[r]);
}

/// out[i] = sum_j taps[j] x[offsets[j] + i], in the order of j.
template <class T>
void slide(const std::byte* x_bytes, const std::byte* taps_bytes, const std::int64_t* offsets,
           std::int64_t tap_count, std::byte* out_bytes, std::int64_t n) {
  const T* x = reinterpret_cast<const T*>(x_bytes);
  const T* taps = reinterpret_cast<const T*>(taps_bytes);
  T* out = reinterpret_cast<T*>(out_bytes);
  constexpr std::int64_t wide = 128 / sizeof(T), narrow = 32 / sizeof(T);
  std::int64_t i = 0;
  for (; i + 2 * wide <= n; i += 2 * wide)
    slide_tile<T, typename Vec<T, 128>::type, 2>(x + i, taps, offsets, tap_count, out + i);
  for (; i + narrow <= n; i += narrow)
    slide_tile<T, typename Vec<T, 32>::type, 1>(x + i, taps, offsets, tap_count, out + i);
  for (; i < n; ++i) {
    T sum = 0;
    for (std::int64_t j = 0; j < tap_count; ++j) sum += taps[j] * x[offsets[j] + i];
    out[i] = sum;
  }
}

template <class T> void fill_slide(Loops& loops, Number number) {
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
