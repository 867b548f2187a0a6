/// Repeats whose values stand in the same relations each time: loops, still written out.
#pragma once

#include <optional>
#include <vector>

#include "graph/program.h"
#include "tape/simplify/repeats.h"

namespace wg::simplify {

/// A value that a step of a loop makes: the same in each step.
struct StepValue {
  std::uint32_t position;  // of the instruction in the step
  std::uint32_t result;    // which of its results

  friend auto operator<=>(const StepValue&, const StepValue&) = default;
};

/// Where a step finds an operand of an instruction.
struct StepOperand {
  enum class From : std::uint8_t {
    step,     // in the step itself
    before,   // in the step before
    outside,  // always the same
    numbers,  // a constant of its own
    rows,     // in a step of an earlier loop, so many further in each step
  };
  From from;
  StepValue value{};        // in the step, the step before, or that of the earlier loop
  Slot slot = 0;            // in the first step
  std::uint32_t loop = 0;   // the earlier one
  std::int64_t start = 0;   // the step of that which the first step reads
  std::int64_t stride = 0;  // and how much further the next
};

/// Steps of one program, one behind the other.
struct SteadyLoop {
  std::uint32_t first, period, count;  // as of a Repeat
  std::vector<StepOperand> operands;   // of all instructions of a step
  std::vector<std::int64_t> strides;   // by instruction: how much further a slice takes its element

  std::uint32_t end() const { return first + period * count; }
};

/// Values of a program, and which steps of loops make them.
class LoopValues {
 public:
  explicit LoopValues(const Program& program);

  struct Made {
    std::uint32_t loop;
    std::int64_t step;
    StepValue value;
  };
  /// By a step of one of `loops`, if by any.
  std::optional<Made> made(Slot slot) const;
  /// The instruction that makes it; UINT32_MAX for inputs and constants.
  std::uint32_t maker(Slot slot) const { return maker_[slot]; }
  bool is_constant(Slot slot) const { return constant_[slot] != UINT32_MAX; }
  const Array& constant(Slot slot) const { return program.constants[constant_[slot]].second; }
  /// Whether a value may be kept in a loop's state, or in a row, where it lies in C order.
  bool may_be_kept(Slot slot) const { return may_be_kept_[slot] != 0; }

  const Program& program;
  std::vector<SteadyLoop> loops;  // in order

 private:
  Table<std::uint32_t> maker_, constant_;  // by slot
  Table<std::uint8_t> may_be_kept_;
};

/// The longest of the repeat's loops, after those that `values` has; the last step of the repeat is
/// not of it: what comes later reads of that one. Nothing if it has few steps.
std::optional<SteadyLoop> steady_loop(const LoopValues& values, const Repeat& repeat);

}  // namespace wg::simplify
