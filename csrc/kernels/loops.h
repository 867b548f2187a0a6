/// The loops of structural primitives that are compiled for every instruction-set level.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace wg {

/// What a reduction joins its elements by. Of booleans, the greatest is "any" and the least is
/// "all".
enum class Fold : std::uint8_t { sum, product, greatest, least };
inline constexpr int fold_count = 4;

/// The dtypes that folds are compiled for; a sum of complex numbers is two sums of real ones.
enum class Number : std::uint8_t { int8, int32, int64, float32, float64 };
inline constexpr int number_count = 5;

struct FoldLoops {
  /// Joins n > 0 elements of `parts` interleaved numbers each into one.
  void (*run)(const std::byte* x, std::int64_t n, int parts, std::byte* out) = nullptr;
  /// The same for each of `count` lines, which lie behind one another.
  void (*lines)(const std::byte* x, std::int64_t count, std::int64_t n, int parts,
                std::byte* out) = nullptr;
  /// Joins `rows` > 0 rows of n numbers, `step` numbers apart, into one row.
  void (*rows)(const std::byte* x, std::int64_t step, std::int64_t rows, std::int64_t n,
               std::byte* out) = nullptr;
  /// Joins more of them to what a multiple of eight rows have been joined to.
  void (*more_rows)(const std::byte* x, std::int64_t step, std::int64_t rows, std::int64_t n,
                    std::byte* out) = nullptr;
};

/// out[i] = condition[i] ? x[i] : y[i], for elements of one width.
using SelectLoop = void (*)(const Strided& condition, const Strided& x, const Strided& y,
                            std::byte* out, std::int64_t n);

/// out[i] = 1 where x[i] is y[i], NaN being NaN, else 0: who has part in an extremum.
using ShareLoop = void (*)(const Strided& x, const Strided& y, std::byte* out, std::int64_t n);

/// Where the extrema are that a fold has found: the first place of each, or of a NaN if it is one.
struct FindLoops {
  /// Of one among n numbers; n if it is not there.
  std::int64_t (*run)(const std::byte* x, std::int64_t n, const std::byte* extremum) = nullptr;
  /// Of n, each in its column of `rows` rows, `step` numbers apart. `out` stays where one is not.
  void (*rows)(const std::byte* x, std::int64_t step, std::int64_t rows, std::int64_t n,
               const std::byte* extrema, std::int64_t* out) = nullptr;
};

/// What becomes of the sums of a product: alpha times each, to which beta times an element of d is
/// added, as if one were done after the other. d may be where the product goes.
struct ProductEnd {
  double alpha = 1, beta = 1;
  const std::byte* d = nullptr;  // its columns are neighbours; null: nothing is added
  std::int64_t d_row = 0;        // 0: one row for all
};
/// Terms of a sum that are in registers at once: sums of no more than these have an end.
inline constexpr std::int64_t terms_at_once = 256;
/// c = a b; steps are in elements. Columns of b and of c are neighbours, a has any strides. `end`
/// may be null.
using ProductLoop = void (*)(const std::byte* a, std::int64_t a_row, std::int64_t a_column,
                             const std::byte* b, std::int64_t b_row, std::byte* c,
                             std::int64_t c_row, std::int64_t m, std::int64_t n, std::int64_t k,
                             const ProductEnd* end);
/// `count` products of columns of m by rows of n, densely one behind the other; each of their
/// numbers are neighbours, and from one to the next it is a step.
using OuterLoop = void (*)(const std::byte* a, std::int64_t a_step, const std::byte* b,
                           std::int64_t b_step, std::byte* c, std::int64_t count, std::int64_t m,
                           std::int64_t n);
/// Products of m rows of n neighbours with one column of them.
using DotLoop = void (*)(const std::byte* a, std::int64_t a_row, const std::byte* x, std::int64_t m,
                         std::int64_t n, std::byte* out, const ProductEnd* end);

/// out[i] = sum_j taps[j] x[offsets[j] + i] for n neighbours.
using SlideLoop = void (*)(const std::byte* x, const std::byte* taps, const std::int64_t* offsets,
                           std::int64_t tap_count, std::byte* out, std::int64_t n);

/// The same of lines of taps, `length` neighbours each, that slide a few places:
/// out[i] = sum_l sum_j taps[l length + j] x[offsets[l] + j + i].
using SlideLinesLoop = void (*)(const std::byte* x, const std::byte* taps,
                                const std::int64_t* offsets, std::int64_t line_count,
                                std::int64_t length, std::byte* out, std::int64_t n);

/// Up to 64 systems of one to four equations: number i of `solve` is for i + 1 of them. The
/// solutions take the place of the right-hand sides b, up to four columns by rows. What is returned
/// has a bit for each system: one with a pivot whose inverse is not finite is left alone.
struct SystemLoops {
  std::uint64_t (*solve[4])(const std::byte* const* a, bool is_transposed, std::byte* const* b,
                            int columns, int systems) = {};
};
inline constexpr int most_equations = 4, most_right_hand_sides = 4;

struct Loops {
  FoldLoops folds[fold_count][number_count];
  SelectLoop select[4];  // elements of 1, 4, 8 and 16 bytes
  ShareLoop share[2];    // float32 and float64
  FindLoops find[number_count];
  ProductLoop product[number_count] = {};
  OuterLoop outer[number_count] = {};
  DotLoop dot[number_count] = {};
  SlideLoop slide[number_count] = {};
  SlideLinesLoop slide_lines[number_count] = {};
  SystemLoops systems[4];  // float32, float64, complex64 and complex128
};

/// The loops of the level that this process runs.
const Loops& loops();

}  // namespace wg
