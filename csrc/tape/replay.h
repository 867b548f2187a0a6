/// A recorded function evaluated again, without the host.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "tape/plan.h"

namespace wg {

/// One program, evaluated for other inputs as far as the host would have read the same. It is
/// simplified and planned when it is first evaluated: many are recorded once and never again.
class Replay {
 public:
  explicit Replay(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  /// As it was recorded.
  const Program& program() const { return *program_; }
  /// It writes to memory of its own alone, and may fail as operations do. Takes the host's lock.
  Plan::Run run(std::span<const Array> inputs, std::vector<Array> destinations = {}) const {
    return plan()->run(inputs, std::move(destinations));
  }
  std::shared_ptr<const Plan> plan() const;
  /// The same where it was evaluated before.
  const Plan& planned() const { return *plan_; }

 private:
  std::shared_ptr<const Program> program_;
  mutable std::shared_ptr<const Plan> plan_;
};

}  // namespace wg
