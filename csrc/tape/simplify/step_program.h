/// The program of a step of a loop that was written out, and where it finds its inputs.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "sweeps/chain.h"
#include "tape/simplify/growing.h"
#include "tape/simplify/loop_results.h"

namespace wg::simplify {

class StepProgram {
 public:
  /// Of the loop of this number; `results`: of all loops.
  StepProgram(const LoopValues& values, const std::vector<LoopResults>& results,
              std::uint32_t number)
      : given_(values.program),
        all_results_(results),
        results_(results[number]),
        loop_(values.loops[number]) {}

  /// What is scanned, so many elements further in each step.
  struct Scanned {
    enum class What : std::uint8_t { rows, array, numbers } what;
    const StepOperand* operand;  // of the first instruction that reads it
    std::int64_t start, stride;  // of the loop's rows, or the array's elements
    std::int64_t width = 0;      // of the array's: so many in each step; 0: one, without an axis
    std::uint32_t row = 0;       // of the earlier loop
    std::uint32_t position = 0, k = 0;  // of the operand, if it is a constant of each step
  };

  /// Its results are the state's parts, then rows.
  std::shared_ptr<const Program> run();

  std::vector<StepInput> sources;
  std::vector<Scanned> scanned;
  std::vector<Slot> outside;  // of the whole program
  std::vector<Type> rows;

 private:
  /// The value of an operand of an instruction in the step.
  Slot slot_of(const StepOperand& operand, std::uint32_t j, std::uint32_t k);
  Slot slot_of(const StepValue& value) const { return own_result_[value.position] + value.result; }
  Slot slot_of(const LoopRow& row);
  Slot outside_input(Slot slot);
  Slot input(const StepInput& source, const Type& type);
  Slot scanned_input(const Scanned& own, const Type& type);
  /// What a step of an earlier loop has kept.
  Slot in_row(const StepOperand& operand);
  Slot element(Slot array, std::int64_t number);
  /// Of each array that is taken elements of, whether a step takes them from one stretch, and the
  /// next from the next.
  void find_blocks();
  /// An instruction that takes another element of an array in each step.
  void take_element(const Instruction& own, const StepOperand& array, std::uint32_t j);
  void copy(Instruction own, std::span<const Slot> slots);

  struct InOrder {
    bool operator()(const StepInput& one, const StepInput& two) const {
      return std::pair(one.from, one.number) < std::pair(two.from, two.number);
    }
  };

  struct Block {
    std::int64_t first, last;
  };

  const Program& given_;
  const std::vector<LoopResults>& all_results_;
  const LoopResults& results_;
  const SteadyLoop& loop_;
  Program program_;
  Growing body_{program_.types, program_.operands};
  std::vector<Slot> own_result_;  // by instruction: the first
  std::map<StepInput, Slot, InOrder> inputs_;
  std::map<std::pair<Slot, std::int64_t>, Slot> elements_;  // of arrays of the step
  std::map<std::pair<Slot, std::int64_t>, Block> blocks_;   // of arrays, by how far steps go on
};

}  // namespace wg::simplify
