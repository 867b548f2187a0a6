/// Places of extrema among numbers.
namespace wg {
namespace {

template <class T>
std::int64_t find_run(const std::byte* from, std::int64_t n, const std::byte* extremum) {
  constexpr std::int64_t block = 64;
  const T* x = reinterpret_cast<const T*>(from);
  const T y = *reinterpret_cast<const T*>(extremum);
  std::int64_t i = 0;
  for (; i + block <= n; i += block) {
    int found = 0;
    for (std::int64_t k = i; k < i + block; ++k) found |= (x[k] == y) | (x[k] != x[k]);
    if (found) break;
  }
  while (i < n && x[i] != y && x[i] == x[i]) ++i;
  return i;
}

/// The last row first, so that the first is what stays.
template <class T>
void find_rows(const std::byte* from, std::int64_t step, std::int64_t rows, std::int64_t n,
               const std::byte* extrema, std::int64_t* __restrict out) {
  const T* y = reinterpret_cast<const T*>(extrema);
  for (std::int64_t i = rows - 1; i >= 0; --i) {
    const T* x = reinterpret_cast<const T*>(from) + i * step;
    for (std::int64_t k = 0; k < n; ++k) out[k] = (x[k] == y[k]) | (x[k] != x[k]) ? i : out[k];
  }
}

template <class T> void fill_find(Loops& loops, Number number) {
  loops.find[static_cast<int>(number)] = {find_run<T>, find_rows<T>};
}

void fill_finds(Loops& loops) {
  fill_find<std::uint8_t>(loops, Number::int8);
  fill_find<std::int32_t>(loops, Number::int32);
  fill_find<std::int64_t>(loops, Number::int64);
  fill_find<float>(loops, Number::float32);
  fill_find<double>(loops, Number::float64);
}

}  // namespace
}  // namespace wg
