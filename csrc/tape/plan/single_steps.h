/// Steps for instructions one by one: views, kernels, what moves memory, Primitive::evaluate.
#pragma once

#include <map>
#include <vector>

#include "tape/plan/moves.h"
#include "tape/plan/values.h"

namespace wg {

class SingleSteps {
 public:
  SingleSteps(const Program& program, Values& values, Steps& steps)
      : program_(program), values_(values), steps_(steps), moves_(program, values, steps) {}

  void add(std::uint32_t i, const Instruction& instruction);
  /// False if the result is not memory of the operand.
  bool add_view(const Instruction& instruction);

 private:
  bool add_kernel(const Instruction& instruction);
  bool lies_in_lines(const Instruction& instruction) const;
  void add_evaluation(std::uint32_t i, const Instruction& instruction);
  /// False if it is none, or if its steps need the host.
  bool add_loop(const Instruction& instruction);
  bool add_steered(const Instruction& instruction);
  /// What decides how an operation runs that runs programs: the operation, and how its operands
  /// lie.
  std::vector<std::int64_t> words_of(const Instruction& instruction,
                                     std::span<const View> operands) const;
  /// Has a loop that was taken before keep its states, if the instruction goes back over it: its
  /// number, or 0.
  std::uint32_t shared_by(const Instruction& instruction);
  void add_compound(std::uint32_t i, const Instruction& instruction);
  void add_operands(Step& step, const Instruction& instruction);
  void finish(Step& step, const Instruction& instruction);
  std::span<const Slot>::iterator shared(const Instruction& instruction);
  std::int64_t place_of_work(const Step& step, const Instruction& instruction);

  const Program& program_;
  Values& values_;
  Steps& steps_;
  Moves moves_;
  // Loops and the like that are there already, by their words: one execution, and its memory, which
  // stays in the caches, does for all that are equal.
  std::map<std::vector<std::int64_t>, std::uint32_t> known_;
  std::map<std::vector<std::int64_t>, std::size_t> whiles_;  // by loop and operands: the step
};

}  // namespace wg
