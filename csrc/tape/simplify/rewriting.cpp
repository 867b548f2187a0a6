#include "tape/simplify/rewriting.h"

#include "tape/simplify/asking.h"
#include "tape/simplify/draft.h"
#include "tape/simplify/loops.h"

namespace wg::simplify {
namespace {

class Rewriting {
 public:
  Rewriting(const Program& given, const Table<std::uint32_t>& calls)
      : given_(given),
        calls_(calls),
        draft_(given),
        slots_(given.types.size()),
        is_asked_(asked_in(given)) {}

  Program run() {
    for (const Slot slot : given_.inputs) slots_[slot] = draft_.add_input(given_.types[slot]);
    draft_.program.leaf_count = given_.leaf_count;
    for (const auto& [slot, value] : given_.constants) slots_[slot] = draft_.add_constant(value);
    for (std::size_t i = 0; i < given_.instructions.size(); ++i) {
      add_readings(i);
      if (!given_.nodes.empty()) draft_.stand_for(&given_.nodes[i]);
      add(given_.instructions[i], calls_.empty() ? 0 : calls_[i]);
    }
    add_readings(given_.instructions.size());
    for (const Slot slot : given_.results) draft_.program.results.push_back(slots_[slot]);
    merge_loops(draft_.program, draft_.calls);
    return std::move(draft_.program);
  }

 private:
  void add_readings(std::size_t before) {
    Program& out = draft_.program;
    for (; next_reading_ < given_.readings.size(); ++next_reading_) {
      const Reading& reading = given_.readings[next_reading_];
      if (reading.before > before) return;
      out.readings.push_back({slots_[reading.slot],
                              static_cast<std::uint32_t>(out.instructions.size()), reading.left_by,
                              reading.seen});
    }
  }

  void add(const Instruction& instruction, std::uint32_t call) {
    operands_.clear();
    bool moves = false;
    for (const Slot slot : given_.operands_of(instruction)) {
      operands_.push_back(slots_[slot]);
      moves |= draft_.facts(operands_.back()).moves;
    }
    const Primitive& primitive = *instruction.primitive;
    const std::span types =
        std::span(given_.types).subspan(instruction.result, instruction.result_count);
    if (primitive.is_compound) {
      const Slot first = draft_.apply_compound(instruction, operands_, types, call);
      for (Slot k = 0; k < instruction.result_count; ++k)
        slots_[instruction.result + k] = first + k;
      return;
    }
    const bool passes =
        moves && !instruction.is_cut && primitive.is_differentiable && is_inexact(types[0].dtype);
    slots_[instruction.result] = draft_.apply(
        {.primitive = primitive,
         .role = role_of(primitive),
         .payload = instruction.payload,
         .operands = operands_,
         .type = types[0],
         .is_cut = instruction.is_cut,
         .setting = {
             .passes = passes, .may_lie_otherwise = !is_asked_[instruction.result], .call = call}});
  }

  const Program& given_;
  const Table<std::uint32_t>& calls_;
  Draft draft_;
  Table<Slot> slots_;             // in the draft, by those of the given program
  Table<std::uint8_t> is_asked_;  // by slot: how the value lies in memory
  Table<Slot> operands_;
  std::size_t next_reading_ = 0;
};

}  // namespace

Program rewritten(const Program& program, const Table<std::uint32_t>& calls) {
  return Rewriting(program, calls).run();
}

}  // namespace wg::simplify
