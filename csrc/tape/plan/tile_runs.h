/// Makes runs over tiles of the instructions of a program.
#pragma once

#include "tape/plan/rows.h"
#include "tape/plan/values.h"

namespace wg {

/// Takes instructions one after the other, as long as they work on arrays of one shape, or on what
/// is one number for all elements.
class TileRuns {
 public:
  TileRuns(const Program& program, Values& values, Steps& steps);

  /// False if the instruction is of another kind or of another shape. What is taken has no place
  /// before the run ends.
  bool take(std::uint32_t instruction);
  std::span<const std::uint32_t> taken() const { return instructions_; }
  /// Whether it ends with a sum, which others may read now.
  bool is_complete() const { return has_sum_; }
  /// Whether it is a value of the run.
  bool has(Slot slot) const { return runs_of_[slot] == run_; }
  /// Adds the run to the steps.
  void finish();
  /// Gives back what was taken, as if it had not been.
  void forget();

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  bool take_formula(const Instruction& instruction);
  bool take_where(const Instruction& instruction);
  bool take_sum(const Instruction& instruction);
  bool is_of_shape(Slot slot) const;
  /// The first result, which has the shape of all.
  Slot first() const { return program_.instructions[instructions_[0]].result; }
  /// Along the elements of a result: 1 for neighbours, 0 for one element for all; -1 if it is
  /// neither.
  int step_of(Slot slot, Slot result) const;
  bool is_constant(Slot slot) const;
  TileRun::Operand operand(Slot slot, DType dtype);
  TileRun::Operand result(Slot slot);
  TileRun::Operation operation_of(const Instruction& instruction);
  void count_uses();
  void read(Slot slot);

  const Program& program_;
  Values& values_;
  Steps& steps_;
  std::uint32_t run_ = 1;
  Table<std::uint32_t> runs_of_;  // by slot
  Table<std::uint32_t> tile_of_;  // by slot, in its run
  Table<std::uint32_t> reads_;    // by slot, in its run, that are still to come
  Table<std::uint32_t> free_;     // tiles that nobody reads any more
  Table<std::uint32_t> instructions_;
  std::uint32_t tiles_ = 0;
  std::int64_t widest_ = 8;  // bytes of an element
  bool has_sum_ = false;
};

}  // namespace wg
