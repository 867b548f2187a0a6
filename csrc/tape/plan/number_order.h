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

/// What operations of a run have in common.
struct NumberKind {
  NumberCode code;
  bool can_be_wide = false;
  const Kernel* kernel = nullptr;  // of those that are not written out

  bool operator==(const NumberKind&) const = default;
};

/// Sixteen bytes, for there may be millions.
struct NumberOperation {
  std::uint8_t kind;  // its number
  Source::Kind from[3] = {};
  std::uint32_t index[3] = {};

  Source operand(int k) const { return {from[k], index[k]}; }
  void set_operand(int k, Source source) {
    from[k] = source.kind;
    index[k] = source.index;
  }
};

struct NumberOrder {
  Table<std::uint32_t> operations;  // by their numbers
  Table<NumberRun::Group> groups;   // of neighbours in that
};

/// What depends on what stays in order; equal operations come together, unless there are few: each
/// is then a group of its own.
NumberOrder ordered(const Table<NumberOperation>& operations, std::span<const NumberKind> kinds);

}  // namespace wg
