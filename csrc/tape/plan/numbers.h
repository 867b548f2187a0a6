/// Operations on single numbers, executed as by a machine of many registers.
#pragma once

#include <cstdint>
#include <span>

#include "core/memory.h"
#include "core/view.h"
#include "kernels/table.h"

namespace wg {

/// What is done to numbers. Four operations, signs and `chain` are written out, since IEEE 754 says
/// what they give; of other formulas the kernels' rows are called.
enum class NumberCode : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  negative,
  chain,
  square,
  copy,
  select,  // condition, and two numbers
  unary,
  binary,
  store,  // from one cell to another; gives no number
};

constexpr int operand_count(NumberCode code) {
  switch (code) {
    case NumberCode::negative:
    case NumberCode::square:
    case NumberCode::copy:
    case NumberCode::unary:
      return 1;
    case NumberCode::select:
      return 3;
    default:
      return 2;
  }
}

constexpr std::int64_t cell_bytes = 8;

/// A run of operations on numbers in cells of eight bytes, by the numbers of the cells. Operations
/// of one kind stand together, as far as what depends on what allows: a processor predicts the
/// branches of short tapes alone. The results of all are neighbours, in the order of the
/// operations.
struct NumberRun {
  struct Group {
    NumberCode code;
    bool is_wide;  // the operations are independent, and the row takes many at once
    std::uint32_t count;
    const Kernel* kernel;  // of those that are not written out
  };
  /// Elements of an array outside of the arena.
  struct Fetch {
    std::uint32_t view;
    std::uint32_t count;  // of the entries in `fetched`
  };
  struct Fetched {
    std::int64_t offset;  // bytes
    std::uint32_t cell;
  };

  Table<Fetch> fetches;
  Table<Fetched> fetched;
  Table<Group> groups;
  Table<std::uint32_t> operands;  // of all operations, one behind the other
  std::uint32_t first = 0;        // the cell of the first result
  bool is_short = false;          // each group is one operation

  void execute(std::byte* cells, const View* views) const;
};

}  // namespace wg
