/// Values that are made where they will be wanted: as parts of what they are joined to.
#pragma once

#include "core/memory.h"
#include "graph/program.h"

namespace wg {

struct Joined {
  Slot slot, whole;
  std::int64_t offset;  // bytes, in the whole
};

/// Whether an instruction joins arrays that lie one behind the other in the result, as they are.
bool joins_in_memory(const Program& program, const Instruction& instruction);

/// The first such place of each value that is made.
Table<Joined> joined_in(const Program& program);

}  // namespace wg
