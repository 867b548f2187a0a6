/// Operations within a plan that run programs as values say: a plan for each program.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/steered.h"
#include "tape/plan/execution.h"
#include "tape/plan/steps.h"

namespace wg {

/// What is decided once of such an operation.
struct SteeredRun {
  struct Body {
    std::shared_ptr<const Program> program;
    Steps steps;
    std::int64_t cost = 0;  // nanoseconds, roughly
  };

  std::string_view name;
  Ref<Payload> operation;
  std::vector<std::unique_ptr<const Body>> bodies;
  std::vector<std::int64_t> copied;  // by operand: bytes, if it does not lie in C order, else 0
  std::int64_t cost = 0;

  const Steered& steered() const { return *static_cast<const Steered*>(operation.pointer()); }
};

/// The plan of an operation whose operands are like these; null if one of its programs needs the
/// host.
std::shared_ptr<const SteeredRun> steered_of(const Instruction& instruction,
                                             std::span<const View> operands);

/// One execution at a time.
class SteeredExecution {
 public:
  explicit SteeredExecution(const SteeredRun& run);

  /// `states`: see Steering.
  void begin(std::span<const View> operands, std::span<const View> results, LoopStates* states);
  /// Goes on for about so many nanoseconds. False at the end.
  bool advance(std::int64_t nanoseconds) { return steering_->advance(nanoseconds); }
  std::int64_t cost() const { return run_.cost; }

 private:
  const SteeredRun& run_;
  std::unique_ptr<Steering> steering_;
  std::vector<std::vector<std::byte>> copies_;
  std::vector<const std::byte*> operands_;
  std::vector<std::byte*> results_;
};

}  // namespace wg
