/// What was recorded, as flat data: instructions over numbered values, without the values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/memory.h"
#include "graph/primitive.h"

namespace wg {

/// Number of a value in a program.
using Slot = std::uint32_t;

/// An application of a primitive.
struct Instruction {
  const Primitive* primitive;
  Ref<Payload> payload;
  std::uint32_t first_operand;  // in Program::operands
  std::uint32_t operand_count;
  Slot result;  // the first; others follow
  std::uint32_t result_count : 31;
  bool is_cut : 1;  // no derivative passes, whatever the operands stand for
};

static_assert(sizeof(Instruction) == 32);

/// What the host language read while it recorded.
struct Reading {
  Slot slot;
  std::uint32_t before;  // how many instructions came before it was read
  std::string left_by;   // see Guard
  Array seen;
};

/// Never changed once made. What is as long as the program is in the library's own memory, which
/// is kept, for fresh pages cost more than what is written to them.
struct Program {
  Table<Type> types;         // by slot
  std::vector<Slot> inputs;  // leaves first, then captures
  std::size_t leaf_count = 0;
  Table<std::pair<Slot, Array>> constants;
  Table<Instruction> instructions;
  Table<Slot> operands;
  std::vector<Reading> readings;  // in the order in which they were read
  std::vector<Slot> results;
  Table<std::uint32_t> uses;  // by slot: by instructions, readings and results
  // The nodes that the instructions were made of, if somebody watched.
  std::vector<Ref<Node>> nodes;

  std::span<const Slot> operands_of(const Instruction& instruction) const {
    return std::span(operands).subspan(instruction.first_operand, instruction.operand_count);
  }
  /// Equal words, equal programs: the same primitives and parameters on values of the same types,
  /// with equal index constants, read in the same places.
  Table<std::int64_t> words(Constants do_count) const;
  /// Whether every derivative passes it as a complex number does.
  bool is_holomorphic() const;
  /// Which results a derivative with respect to some input may reach.
  std::vector<bool> differentiable_results() const;
  /// The same with respect to those inputs.
  std::vector<bool> differentiable_results(const std::vector<bool>& moving) const;
  /// One instruction a line, for people.
  std::string text() const;
  /// One of them.
  std::string text(const Instruction& instruction) const;
};

}  // namespace wg
