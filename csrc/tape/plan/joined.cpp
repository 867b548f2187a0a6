#include "tape/plan/joined.h"

#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {

bool joins_in_memory(const Program& program, const Instruction& instruction) {
  if (instruction.primitive != &structural_row_of<Concatenate>) return false;
  const Type& y = program.types[instruction.result];
  const std::int64_t axis = parameters_of<Concatenate>(instruction.payload.pointer()).axis;
  for (std::int64_t k = 0; k < y.ndim() + axis; ++k) {
    if (y.shape()[static_cast<std::size_t>(k)] != 1) return false;
  }
  for (const Slot x : program.operands_of(instruction)) {
    if (program.types[x].dtype != y.dtype) return false;
  }
  return true;
}

Table<Joined> joined_in(const Program& program) {
  Table<Joined> all;
  Table<bool> is_free(program.types.size(), false);  // made, and in no place as yet
  Table<Slot> seen_as(program.types.size(), 0);      // of what is another shape of that alone
  for (const Instruction& instruction : program.instructions) {
    const Slot y = instruction.result;
    for (std::uint32_t k = 0; k < instruction.result_count; ++k) {
      is_free[y + k] = true;
      seen_as[y + k] = y + k;
    }
    if (instruction.primitive == &structural_row_of<Reshape>) {
      const Slot x = program.operands_of(instruction)[0];
      if (is_free[x] && program.uses[x] == 1) seen_as[y] = seen_as[x];
    }
    if (!joins_in_memory(program, instruction)) continue;
    std::int64_t offset = 0;
    for (const Slot x : program.operands_of(instruction)) {
      const Type& type = program.types[x];
      if (is_free[x] && type.size() > 0) all.push_back({seen_as[x], y, offset});
      is_free[x] = is_free[seen_as[x]] = false;
      offset += type.size() * static_cast<std::int64_t>(item_size(type.dtype));
    }
  }
  return all;
}

}  // namespace wg
