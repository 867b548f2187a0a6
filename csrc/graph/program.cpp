#include "graph/program.h"

#include <algorithm>
#include <sstream>

namespace wg {

bool Program::is_holomorphic() const {
  return std::ranges::all_of(instructions, [&](const Instruction& instruction) {
    return instruction.is_cut || !instruction.primitive->is_differentiable ||
           !is_inexact(types[instruction.result].dtype) ||
           (instruction.primitive->is_holomorphic &&
            (!instruction.payload || instruction.payload->is_holomorphic()));
  });
}

std::vector<bool> Program::differentiable_results() const {
  return differentiable_results(std::vector<bool>(inputs.size(), true));
}

std::vector<bool> Program::differentiable_results(const std::vector<bool>& moving) const {
  std::vector<bool> moves(types.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    moves[inputs[k]] = moving[k] && is_inexact(types[inputs[k]].dtype);
  }
  for (const Instruction& instruction : instructions) {
    if (instruction.is_cut || !instruction.primitive->is_differentiable) continue;
    const auto slots = operands_of(instruction);
    if (std::ranges::none_of(slots, [&](Slot slot) { return moves[slot]; })) continue;
    for (std::uint32_t k = 0; k < instruction.result_count; ++k) {
      moves[instruction.result + k] = is_inexact(types[instruction.result + k].dtype);
    }
  }
  std::vector<bool> all;
  for (const Slot slot : results) all.push_back(moves[slot]);
  return all;
}

namespace {

void write(std::ostream& out, const Program& program, Slot slot) {
  const Type& type = program.types[slot];
  out << '%' << slot << ':' << name(type.dtype) << Dims(type.shape());
}

void write(std::ostream& out, const Program& program, const Instruction& instruction) {
  for (std::uint32_t k = 0; k < instruction.result_count; ++k) {
    if (k > 0) out << ", ";
    write(out, program, instruction.result + k);
  }
  out << " = " << instruction.primitive->name;
  if (instruction.payload) out << '[' << instruction.payload->text() << ']';
  for (const Slot slot : program.operands_of(instruction)) out << " %" << slot;
  if (instruction.is_cut) out << " (cut)";
}

}  // namespace

std::string Program::text(const Instruction& instruction) const {
  std::ostringstream out;
  write(out, *this, instruction);
  return out.str();
}

std::string Program::text() const {
  std::ostringstream out;
  for (const Slot slot : inputs) out << "input ", write(out, *this, slot), out << '\n';
  for (const auto& [slot, value] : constants)
    out << "constant ", write(out, *this, slot), out << '\n';
  auto reading = readings.begin();
  const auto write_readings = [&](std::size_t before) {
    for (; reading != readings.end() && reading->before <= before; ++reading) {
      out << "read %" << reading->slot << '\n';
    }
  };
  for (std::size_t i = 0; i < instructions.size(); ++i) {
    write_readings(i);
    write(out, *this, instructions[i]);
    out << '\n';
  }
  write_readings(instructions.size());
  out << "return";
  for (const Slot slot : results) out << " %" << slot;
  return out.str();
}

}  // namespace wg
