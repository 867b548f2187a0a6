/// Loops within a plan: the plan of a step, executed again and again on memory that moves.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/chain.h"
#include "tape/plan/execution.h"
#include "tape/plan/steps.h"

namespace wg {

/// What is decided once of a loop.
struct LoopRun {
  /// A kind of step.
  struct Body {
    std::shared_ptr<const Program> program;
    Steps steps;
    std::vector<StepInput> sources;  // of its inputs
  };

  std::shared_ptr<const ChainPlan> chain;
  std::vector<std::unique_ptr<const Body>> bodies;
  std::vector<std::int64_t> part_bytes;   // of the state
  std::vector<std::int64_t> part_places;  // in the loop's memory, twice one behind the other
  std::vector<std::int64_t> row_bytes;
  std::int64_t memory_bytes = 0;
  std::int64_t cost = 0;  // of a step: nanoseconds, roughly
};

/// The plan of a chain whose operands are like these; null if a step needs the host.
std::shared_ptr<const LoopRun> loop_of(const ChainCall& chain, std::span<const View> operands);

/// One execution of a loop at a time: memory of its own for its steps.
class LoopExecution {
 public:
  explicit LoopExecution(const LoopRun& run);

  /// Puts the first state in its place; `memory` stays the loop's until the end.
  void begin(std::span<const View> operands, std::span<const View> results, std::byte* memory);
  /// Takes steps up to this number.
  void advance(std::int64_t end);
  /// Puts the last state where it is wanted.
  void end();
  std::int64_t length() const { return run_.chain->length; }
  std::int64_t cost() const { return run_.cost; }

 private:
  const LoopRun& run_;
  std::vector<std::unique_ptr<Execution>> bodies_;
  std::span<const View> operands_, results_;
  std::byte* memory_ = nullptr;
  std::int64_t next_ = 0;
  std::vector<const std::byte*> inputs_;
  std::vector<std::byte*> outputs_;
};

}  // namespace wg
