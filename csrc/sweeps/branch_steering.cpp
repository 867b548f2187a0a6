/// Branches, evaluated: the program that is chosen, or those that lanes choose.
#include <algorithm>
#include <cstring>

#include "sweeps/branch.h"

namespace wg {
namespace {

/// The number at a place, brought between the ends.
std::size_t choice(const std::byte* numbers, std::int64_t place, std::size_t count) {
  std::int64_t number = 0;
  std::memcpy(&number, numbers + place * static_cast<std::int64_t>(sizeof number), sizeof number);
  return static_cast<std::size_t>(
      std::clamp<std::int64_t>(number, 0, static_cast<std::int64_t>(count) - 1));
}

class ByNumber final : public Steering {
 public:
  explicit ByNumber(std::vector<std::unique_ptr<Runner>> runners) : runners_(std::move(runners)) {}

  void begin(std::span<const std::byte* const> operands,
             std::span<std::byte* const> results) override {
    operands_ = operands;
    results_ = results;
  }
  bool advance(std::int64_t) override {
    runners_[choice(operands_[0], 0, runners_.size())]->run(operands_.subspan(1), results_);
    return false;
  }

 private:
  const std::vector<std::unique_ptr<Runner>> runners_;
  std::span<const std::byte* const> operands_;
  std::span<std::byte* const> results_;
};

/// Lanes of one branch are gathered, as many as a program takes at once; the last of them stands
/// for those that lack.
class ByLane final : public Steering {
 public:
  ByLane(const BranchPlan& plan, std::vector<std::unique_ptr<Runner>> runners)
      : lanes_(plan.lanes),
        at_once_(lanes_at_once(plan.first(), plan.lanes)),
        runners_(std::move(runners)) {
    const Program& program = plan.first();
    for (std::size_t k = 0; k < program.inputs.size(); ++k) {
      const std::int64_t bytes = bytes_of(program.types[program.inputs[k]]);
      inputs_.emplace_back(plan.is_batched[k] ? bytes : 0, at_once_);
    }
    for (const Slot slot : program.results) {
      outputs_.emplace_back(bytes_of(program.types[slot]), at_once_);
    }
  }

  void begin(std::span<const std::byte* const> operands,
             std::span<std::byte* const> results) override {
    operands_ = operands;
    results_ = results;
  }

  bool advance(std::int64_t) override {
    for (std::size_t branch = 0; branch < runners_.size(); ++branch) {
      chosen_.clear();
      for (std::int64_t lane = 0; lane < lanes_; ++lane) {
        if (choice(operands_[0], lane, runners_.size()) != branch) continue;
        chosen_.push_back(lane);
        if (std::ssize(chosen_) == at_once_) run(*runners_[branch]);
      }
      if (!chosen_.empty()) run(*runners_[branch]);
    }
    return false;
  }

 private:
  /// Of an operand or a result: bytes of a lane, and memory for those that are run at once.
  struct Rows {
    Rows(std::int64_t bytes, std::int64_t lanes)
        : row(bytes), memory(static_cast<std::size_t>(bytes * lanes)) {}
    std::int64_t row;
    std::vector<std::byte> memory;
  };

  void run(Runner& runner) {
    const auto count = std::ssize(chosen_);
    const bool is_run = count == at_once_ && chosen_.back() - chosen_.front() == count - 1;
    given_.clear();
    made_.clear();
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      Rows& own = inputs_[k];
      const std::byte* const from = operands_[k + 1];
      const auto bytes = static_cast<std::size_t>(own.row);
      if (is_run || own.row == 0) {
        given_.push_back(from + own.row * chosen_.front());
        continue;
      }
      for (std::int64_t i = 0; i < at_once_; ++i) {
        const std::int64_t lane = chosen_[static_cast<std::size_t>(std::min(i, count - 1))];
        std::memcpy(own.memory.data() + i * own.row, from + lane * own.row, bytes);
      }
      given_.push_back(own.memory.data());
    }
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      Rows& own = outputs_[k];
      made_.push_back(is_run ? results_[k] + own.row * chosen_.front() : own.memory.data());
    }
    runner.run(given_, made_);
    for (std::size_t k = 0; k < outputs_.size() && !is_run; ++k) {
      const Rows& own = outputs_[k];
      if (own.row == 0) continue;
      for (std::int64_t i = 0; i < count; ++i) {
        std::memcpy(results_[k] + chosen_[static_cast<std::size_t>(i)] * own.row,
                    own.memory.data() + i * own.row, static_cast<std::size_t>(own.row));
      }
    }
    chosen_.clear();
  }

  const std::int64_t lanes_, at_once_;
  const std::vector<std::unique_ptr<Runner>> runners_;
  std::vector<Rows> inputs_, outputs_;
  std::span<const std::byte* const> operands_;
  std::span<std::byte* const> results_;
  std::vector<std::int64_t> chosen_;
  std::vector<const std::byte*> given_;
  std::vector<std::byte*> made_;
};

}  // namespace

std::unique_ptr<Steering> BranchCall::steering(std::vector<std::unique_ptr<Runner>> runners) const {
  if (plan_->lanes == 0) return std::make_unique<ByNumber>(std::move(runners));
  return std::make_unique<ByLane>(*plan_, std::move(runners));
}

}  // namespace wg
