/// Steps for what only moves memory: arrays that are joined, parts that are stored or added to.
#pragma once

#include "tape/plan/values.h"

namespace wg {

class Moves {
 public:
  Moves(const Program& program, Values& values, Steps& steps)
      : program_(program), values_(values), steps_(steps) {}

  /// False if the instruction is of another kind, or its operands lie so that it takes more.
  bool take(const Instruction& instruction);

 private:
  void join(const Instruction& instruction);
  bool update(const Instruction& instruction, bool is_sum);
  void copy(std::uint32_t first, std::int64_t count);
  void copy_part(Slot x, Slot y, std::int64_t first, std::int64_t count);

  const Program& program_;
  Values& values_;
  Steps& steps_;
};

}  // namespace wg
