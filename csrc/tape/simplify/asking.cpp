#include "tape/simplify/asking.h"

#include "tape/simplify/role.h"

namespace wg::simplify {

Table<std::uint8_t> asked_in(const Program& program) {
  Table<std::uint8_t> is_asked(program.types.size(), false);
  for (const Slot slot : program.results) is_asked[slot] = true;
  for (std::size_t i = program.instructions.size(); i-- > 0;) {
    const Instruction& instruction = program.instructions[i];
    const Primitive& primitive = *instruction.primitive;
    const bool asks =
        primitive.view ? is_asked[instruction.result] != 0 : !role_of(primitive).reads_elements;
    if (!asks) continue;
    for (const Slot slot : program.operands_of(instruction)) is_asked[slot] = true;
  }
  return is_asked;
}

}  // namespace wg::simplify
