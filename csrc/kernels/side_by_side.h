/// Runs of neighbours, brought side by side as columns.
#pragma once

#include <cstdint>
#include <cstring>

namespace wg::kernels {

/// A run of neighbours is brought to every `step`-th place.
template <class T> void bring_column(const T* column, std::int64_t n, T* to, std::int64_t step) {
  for (std::int64_t i = 0; i < n; ++i) to[i * step] = column[i];
}

/// Two of them side by side, two numbers of each at a time.
template <class T>
void bring_two(const T* first, const T* second, std::int64_t n, T* to, std::int64_t step) {
  using Two [[gnu::vector_size(2 * sizeof(T))]] = T;
  const auto load = [](const T* from) {
    Two two;
    std::memcpy(&two, from, sizeof two);
    return two;
  };
  const auto store = [](const Two& two, T* at) { std::memcpy(at, &two, sizeof two); };
  std::int64_t i = 0;
  for (; i + 2 <= n; i += 2) {
    const Two a = load(first + i), b = load(second + i);
    store(__builtin_shufflevector(a, b, 0, 2), to + i * step);
    store(__builtin_shufflevector(a, b, 1, 3), to + (i + 1) * step);
  }
  bring_column(first + i, n - i, to + i * step, step);
  bring_column(second + i, n - i, to + i * step + 1, step);
}

}  // namespace wg::kernels
