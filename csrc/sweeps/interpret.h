/// Programs evaluated at other values, through a builder.
#pragma once

#include <span>
#include <vector>

#include "graph/program.h"

namespace wg {

/// One evaluation of a program, instruction by instruction. Values are let go with their last use.
class Interpreter {
 public:
  Interpreter(const Program& program, std::span<const Tensor> inputs, Builder& builder);

  /// The value of an instruction is known: it is recorded, and not evaluated.
  void know(std::uint32_t instruction, Array value);
  /// Evaluates up to this instruction.
  void run_to(std::size_t instruction);
  std::size_t next() const { return next_; }
  /// The value of a slot. Each is taken as often as the program uses it; the last user gets it
  /// alone, and may reuse its memory.
  Tensor take(Slot slot) {
    if (--users_[slot] > 0) return values_[slot];
    return std::move(values_[slot]);
  }
  std::vector<Tensor> results();
  /// Those that somebody still waits for.
  std::span<Tensor> values() { return values_; }
  Builder& builder() { return builder_; }

  /// How many operations were evaluated again in this thread.
  static std::uint64_t operations();

 private:
  void evaluate(const Instruction& instruction);

  const Program& program_;
  Builder& builder_;
  std::size_t next_ = 0;
  std::vector<Tensor> values_;  // by slot
  Table<std::uint32_t> users_;  // that still wait for the value
  std::vector<Array> known_;    // by instruction, or empty
};

/// The results for these inputs.
std::vector<Tensor> interpret(const Program& program, std::span<const Tensor> inputs,
                              Builder& builder,
                              std::span<const std::pair<std::uint32_t, Array>> known = {});

}  // namespace wg
