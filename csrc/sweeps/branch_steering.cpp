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

/// Rows to where others lie: of which lanes, by place. A number of eight bytes is a row as a rule.
void gather_rows(const std::byte* from, const std::vector<std::int64_t>& lanes, std::int64_t row,
                 std::byte* to) {
  if (row == sizeof(double)) {
    for (const std::int64_t lane : lanes) {
      std::memcpy(to, from + lane * row, sizeof(double));
      to += row;
    }
    return;
  }
  for (const std::int64_t lane : lanes) {
    std::memcpy(to, from + lane * row, static_cast<std::size_t>(row));
    to += row;
  }
}

void scatter_rows(const std::byte* from, std::span<const std::int64_t> lanes, std::int64_t row,
                  std::byte* to) {
  if (row == sizeof(double)) {
    for (const std::int64_t lane : lanes) {
      std::memcpy(to + lane * row, from, sizeof(double));
      from += row;
    }
    return;
  }
  for (const std::int64_t lane : lanes) {
    std::memcpy(to + lane * row, from, static_cast<std::size_t>(row));
    from += row;
  }
}

void add(DType dtype, const std::byte* from, std::int64_t count, std::byte* to) {
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const auto* const terms = reinterpret_cast<const T*>(from);
    auto* const sums = reinterpret_cast<T*>(to);
    for (std::int64_t i = 0; i < count; ++i) sums[i] = static_cast<T>(sums[i] + terms[i]);
  });
}

/// Lanes of one branch are gathered, as many as a program takes at once; the last of them stands
/// for those that lack, and does not count in sums.
class ByLane final : public Steering {
 public:
  ByLane(const BranchPlan& plan, std::vector<std::unique_ptr<Runner>> runners)
      : lanes_(plan.lanes),
        at_once_(plan.at_once()),
        runners_(std::move(runners)),
        counts_(plan.sums_any() ? static_cast<std::size_t>(at_once_) : 0) {
    const Program& program = plan.first();
    for (std::size_t k = 0; k < program.inputs.size(); ++k) {
      const std::int64_t bytes = bytes_of(program.types[program.inputs[k]]);
      inputs_.emplace_back(plan.is_batched[k] ? bytes : 0, at_once_);
    }
    for (std::size_t k = 0; k < program.results.size(); ++k) {
      const Type& type = program.types[program.results[k]];
      outputs_.emplace_back(bytes_of(type), plan.is_summed[k] ? 1 : at_once_);
      sums_.emplace_back(type.dtype, plan.is_summed[k] ? type.size() : 0);
    }
  }

  void begin(std::span<const std::byte* const> operands,
             std::span<std::byte* const> results) override {
    operands_ = operands;
    results_ = results;
  }

  bool advance(std::int64_t) override {
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      if (is_sum(k)) std::memset(results_[k], 0, outputs_[k].memory.size());
    }
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

  bool is_sum(std::size_t result) const { return sums_[result].second > 0; }

  void run(Runner& runner) {
    const auto count = std::ssize(chosen_);
    const bool is_run = count == at_once_ && chosen_.back() - chosen_.front() == count - 1;
    chosen_.resize(static_cast<std::size_t>(at_once_), chosen_.back());
    given_.clear();
    made_.clear();
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      Rows& own = inputs_[k];
      const std::byte* const from = operands_[k + 1];
      if (is_run || own.row == 0) {
        given_.push_back(from + own.row * chosen_.front());
        continue;
      }
      gather_rows(from, chosen_, own.row, own.memory.data());
      given_.push_back(own.memory.data());
    }
    if (!counts_.empty()) {
      std::ranges::fill(counts_, 0);
      std::fill_n(counts_.begin(), count, 1);
      given_.push_back(reinterpret_cast<const std::byte*>(counts_.data()));
    }
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      Rows& own = outputs_[k];
      const bool is_there = is_run && !is_sum(k);
      made_.push_back(is_there ? results_[k] + own.row * chosen_.front() : own.memory.data());
    }
    runner.run(given_, made_);
    const auto lanes = std::span(chosen_).first(static_cast<std::size_t>(count));
    for (std::size_t k = 0; k < outputs_.size(); ++k) {
      const Rows& own = outputs_[k];
      if (is_sum(k)) {
        add(sums_[k].first, own.memory.data(), sums_[k].second, results_[k]);
      } else if (!is_run && own.row > 0) {
        scatter_rows(own.memory.data(), lanes, own.row, results_[k]);
      }
    }
    chosen_.clear();
  }

  const std::int64_t lanes_, at_once_;
  const std::vector<std::unique_ptr<Runner>> runners_;
  std::vector<Rows> inputs_, outputs_;
  std::vector<std::pair<DType, std::int64_t>> sums_;  // of results: how many numbers; 0: no sum
  std::vector<char> counts_;                          // by lane that is run
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
