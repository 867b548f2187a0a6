#include "sweeps/part.h"

namespace wg {

std::shared_ptr<const Program> part_of(const Program& whole, const std::vector<bool>& included,
                                       std::span<const Slot> inputs,
                                       std::span<const Slot> results) {
  constexpr Slot nowhere = UINT32_MAX;
  Program part;
  std::vector<Slot> slots(whole.types.size(), nowhere);
  std::vector<bool> is_read(whole.types.size());
  const auto add = [&](Slot slot) {
    part.types.push_back(whole.types[slot]);
    return slots[slot] = static_cast<Slot>(part.types.size() - 1);
  };
  for (const Slot slot : inputs) part.inputs.push_back(add(slot));
  part.leaf_count = inputs.size();
  for (const Slot slot : results) is_read[slot] = true;
  for (std::size_t i = 0; i < whole.instructions.size(); ++i) {
    if (!included[i]) continue;
    for (const Slot slot : whole.operands_of(whole.instructions[i])) is_read[slot] = true;
  }
  for (const auto& [slot, value] : whole.constants) {
    if (is_read[slot] && slots[slot] == nowhere) part.constants.emplace_back(add(slot), value);
  }
  for (std::size_t i = 0; i < whole.instructions.size(); ++i) {
    if (!included[i]) continue;
    Instruction own = whole.instructions[i];
    const auto first = static_cast<std::uint32_t>(part.operands.size());
    for (const Slot slot : whole.operands_of(own)) part.operands.push_back(slots[slot]);
    own.first_operand = first;
    const Slot result = own.result;
    own.result = static_cast<Slot>(part.types.size());
    for (Slot k = 0; k < own.result_count; ++k) {
      part.types.push_back(whole.types[result + k]);
      // What was kept is an input already.
      if (slots[result + k] == nowhere) slots[result + k] = own.result + k;
    }
    part.instructions.push_back(std::move(own));
    if (!whole.nodes.empty()) part.nodes.push_back(whole.nodes[i]);
  }
  for (const Slot slot : results) part.results.push_back(slots[slot]);
  part.uses.assign(part.types.size(), 0);
  for (const Slot slot : part.operands) ++part.uses[slot];
  for (const Slot slot : part.results) ++part.uses[slot];
  return std::make_shared<const Program>(std::move(part));
}

}  // namespace wg
