#include "tape/simplify/living.h"

#include <algorithm>

namespace wg::simplify {
namespace {

constexpr Slot unplaced = UINT32_MAX;

class Living {
 public:
  explicit Living(Program program) : program_(std::move(program)) {}

  Program run() {
    mark();
    renumber_values();
    keep_instructions();
    for (Reading& reading : program_.readings) reading.slot = slots_[reading.slot];
    for (Slot& slot : program_.results) slot = slots_[slot];
    for (Slot& slot : program_.inputs) slot = slots_[slot];
    count_uses();
    return std::move(program_);
  }

 private:
  /// Formulas fail for integers alone; indices that are computed may be out of range.
  bool may_fail(const Instruction& instruction) const {
    const Primitive& primitive = *instruction.primitive;
    if (primitive.is_fallible) {
      return !primitive.elementwise || is_integral(program_.types[instruction.result].dtype);
    }
    const auto operands = program_.operands_of(instruction);
    for (auto k = static_cast<std::size_t>(primitive.first_index); k < operands.size(); ++k) {
      if (!is_constant_[operands[k]]) return true;
    }
    return false;
  }

  void mark() {
    is_used_.assign(program_.types.size(), false);
    is_constant_.assign(program_.types.size(), false);
    for (const auto& [slot, value] : program_.constants) is_constant_[slot] = true;
    for (const Slot slot : program_.inputs) is_used_[slot] = true;
    for (const Slot slot : program_.results) is_used_[slot] = true;
    for (const Reading& reading : program_.readings) is_used_[reading.slot] = true;
    lives_.assign(program_.instructions.size(), false);
    for (std::size_t i = program_.instructions.size(); i-- > 0;) {
      const Instruction& instruction = program_.instructions[i];
      bool lives = false;
      for (Slot k = 0; k < instruction.result_count; ++k) {
        lives |= is_used_[instruction.result + k] != 0;
      }
      if (!lives && !may_fail(instruction)) continue;
      lives_[i] = true;
      for (const Slot slot : program_.operands_of(instruction)) is_used_[slot] = true;
      // Results of one instruction stay side by side.
      for (Slot k = 0; k < instruction.result_count; ++k) is_used_[instruction.result + k] = true;
    }
  }

  void renumber_values() {
    slots_.assign(program_.types.size(), unplaced);
    Slot count = 0;
    for (Slot slot = 0; slot < slots_.size(); ++slot) {
      if (!is_used_[slot]) continue;
      if (slot != count) program_.types[count] = std::move(program_.types[slot]);
      slots_[slot] = count++;
    }
    program_.types.resize(count);
    std::erase_if(program_.constants,
                  [&](const auto& constant) { return !is_used_[constant.first]; });
    for (auto& [slot, value] : program_.constants) slot = slots_[slot];
  }

  void keep_instructions() {
    Table<Slot> operands;
    operands.reserve(program_.operands.size());
    auto reading = program_.readings.begin();
    const auto place_readings = [&](std::size_t before, std::size_t now) {
      for (; reading != program_.readings.end() && reading->before <= before; ++reading) {
        reading->before = static_cast<std::uint32_t>(now);
      }
    };
    std::size_t count = 0;
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      place_readings(i, count);
      if (!lives_[i]) continue;
      Instruction& instruction = program_.instructions[i];
      const auto own = program_.operands_of(instruction);
      instruction.first_operand = static_cast<std::uint32_t>(operands.size());
      for (const Slot slot : own) operands.push_back(slots_[slot]);
      instruction.result = slots_[instruction.result];
      if (i != count) program_.instructions[count] = std::move(instruction);
      if (!program_.nodes.empty()) program_.nodes[count] = program_.nodes[i];
      ++count;
    }
    place_readings(program_.instructions.size(), count);
    program_.instructions.resize(count);
    if (!program_.nodes.empty()) program_.nodes.resize(count);
    program_.operands = std::move(operands);
  }

  void count_uses() {
    program_.uses.assign(program_.types.size(), 0);
    for (const Slot slot : program_.operands) ++program_.uses[slot];
    for (const Reading& reading : program_.readings) ++program_.uses[reading.slot];
    for (const Slot slot : program_.results) ++program_.uses[slot];
  }

  Program program_;
  Table<std::uint8_t> is_used_, is_constant_;  // by slot
  Table<std::uint8_t> lives_;                  // by instruction
  Table<Slot> slots_;                          // the new by the old
};

}  // namespace

Program living(Program program) { return Living(std::move(program)).run(); }

}  // namespace wg::simplify
