/// Sorting by the digits of keys: time in proportion to the length (Knuth, vol. 3, sec. 5.2.5).
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/dtype.h"

namespace wg::kernels {

/// Numbers that have a key; complex ones are compared.
template <class T> inline constexpr bool has_key = !is_complex(dtype_of<T>);

/// Whether digits are quicker than comparisons.
template <class T> constexpr bool goes_by_digits(std::int64_t n) { return has_key<T> && n > 128; }

/// An unsigned integer as wide as a number.
template <class T>
using Key = std::conditional_t<sizeof(T) == 8, std::uint64_t,
                               std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint8_t>>;

template <class T> inline constexpr Key<T> sign_bit = Key<T>(Key<T>(1) << (8 * sizeof(T) - 1));

/// Its order is that of the numbers: NaN is greatest, and -0 stands before 0.
template <class T> Key<T> key_of(T x) {
  const auto bits = std::bit_cast<Key<T>>(x);
  if constexpr (std::is_same_v<T, bool>) {
    return bits;
  } else if constexpr (std::is_integral_v<T>) {
    return bits ^ sign_bit<T>;
  } else {
    if (x != x) return ~Key<T>(0);
    return bits ^ (bits & sign_bit<T> ? ~Key<T>(0) : sign_bit<T>);
  }
}

template <class T> T number_of(Key<T> key) {
  if constexpr (std::is_same_v<T, bool>) {
    return key != 0;
  } else if constexpr (std::is_integral_v<T>) {
    return std::bit_cast<T>(key ^ sign_bit<T>);
  } else {
    return std::bit_cast<T>(key ^ (key & sign_bit<T> ? sign_bit<T> : ~Key<T>(0)));
  }
}

/// Keys, and what goes along with each: its place before, if anybody asks.
template <class K> struct Keyed {
  K* keys;
  std::int64_t* places;  // or null
};

/// Sorts n > 0 keys, equal ones in their order, from one line to the other and back. Gives that
/// which has the result.
template <class K> Keyed<K> sort_by_digits(Keyed<K> from, Keyed<K> to, std::int64_t n) {
  constexpr int digits = sizeof(K);
  const auto digit = [](K key, int d) { return static_cast<std::size_t>((key >> (8 * d)) & 255); };
  std::array<std::array<std::int64_t, 256>, digits> counts{};
  for (std::int64_t i = 0; i < n; ++i) {
    for (int d = 0; d < digits; ++d) ++counts[static_cast<std::size_t>(d)][digit(from.keys[i], d)];
  }
  for (int d = 0; d < digits; ++d) {
    auto& next = counts[static_cast<std::size_t>(d)];
    if (next[digit(from.keys[0], d)] == n) continue;  // one digit for all
    std::int64_t before = 0;
    for (std::int64_t& count : next) before += std::exchange(count, before);
    for (std::int64_t i = 0; i < n; ++i) {
      const K key = from.keys[i];
      const std::int64_t at = next[digit(key, d)]++;
      to.keys[at] = key;
      if (from.places) to.places[at] = from.places[i];
    }
    std::swap(from, to);
  }
  return from;
}

}  // namespace wg::kernels
