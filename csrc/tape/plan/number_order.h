/// The order in which a run of operations on numbers is executed.
#pragma once

#include "tape/plan/numbers.h"

namespace wg {

/// A number that an operation reads.
struct Source {
  enum class Kind : std::uint8_t {
    operation,  // what an operation of the run gives
    fetched,    // what was brought into the arena before
    cell,       // what is there, until the run stores
    constant,   // likewise, for good
  };
  Kind kind = Kind::constant;
  std::uint32_t index = 0;
};

struct NumberOperation {
  NumberCode code;
  std::uint8_t kind = 0;  // equal for equal operations
  bool can_be_wide = false;
  const Kernel* kernel = nullptr;
  Source operands[3] = {};
};

struct NumberOrder {
  Table<std::uint32_t> operations;  // by their numbers
  Table<NumberRun::Group> groups;   // of neighbours in that
};

/// What depends on what stays in order; equal operations come together.
NumberOrder ordered(const Table<NumberOperation>& operations, int kinds);

}  // namespace wg
