/// The loops of structural primitives that are compiled for every instruction-set level.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wg {

/// What a reduction joins its elements by. Of booleans, maximum is "any" and minimum is "all".
enum class Fold : std::uint8_t { sum, product, maximum, minimum };
inline constexpr int fold_count = 4;

/// The dtypes that folds are compiled for; a sum of complex numbers is two sums of real ones.
enum class Number : std::uint8_t { int8, int32, int64, float32, float64 };
inline constexpr int number_count = 5;

struct FoldLoops {
  /// Joins n > 0 elements of `parts` interleaved numbers each into one.
  void (*run)(const std::byte* x, std::int64_t n, int parts, std::byte* out) = nullptr;
  /// Joins `rows` > 0 rows of n numbers, `step` numbers apart, into one row.
  void (*rows)(const std::byte* x, std::int64_t step, std::int64_t rows, std::int64_t n,
               std::byte* out) = nullptr;
};

struct Loops {
  FoldLoops folds[fold_count][number_count];
};

/// The loops of the level that this process runs.
const Loops& loops();

}  // namespace wg
