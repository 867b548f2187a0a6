/// Loops with a condition, evaluated: forward, and back over states that are kept or computed
/// again.
#include <algorithm>

#include "sweeps/stepping.h"
#include "sweeps/while_derivatives.h"

namespace wg {
namespace {

/// Goes through lanes, some at once: the last of them once more where they do not divide.
class LaneBlocks {
 public:
  LaneBlocks(std::int64_t lanes, std::int64_t at_once)
      : lanes_(std::max<std::int64_t>(lanes, 1)), at_once_(at_once) {}

  std::int64_t begin() {
    number_ = 0;
    return first_ = 0;
  }
  bool next() {
    if (first_ + at_once_ >= lanes_) return false;
    first_ = std::min(first_ + at_once_, lanes_ - at_once_);
    ++number_;
    return true;
  }
  std::int64_t first() const { return first_; }
  std::size_t number() const { return number_; }
  std::int64_t count() const { return (lanes_ + at_once_ - 1) / at_once_; }

 private:
  const std::int64_t lanes_, at_once_;
  std::int64_t first_ = 0;
  std::size_t number_ = 0;
};

std::int64_t lanes_at_once(const WhilePlan& plan, const Program& program) {
  return plan.lanes == 0 ? 1 : wg::lanes_at_once(program, plan.lanes);
}

std::shared_ptr<const Program> for_lanes(Callable& callable, const WhilePlan& plan,
                                         const std::vector<bool>& flags, std::int64_t at_once) {
  return plan.lanes == 0 ? callable.shared_program()
                         : callable.batch(flags, at_once)->shared_program();
}

using Runners = std::vector<std::unique_ptr<Runner>>;

class Forward final : public Steering {
 public:
  Forward(std::shared_ptr<const WhilePlan> plan, Runners runners, std::int64_t at_once)
      : plan_(std::move(plan)),
        runners_(std::move(runners)),
        at_once_(at_once),
        blocks_(plan_->lanes, at_once),
        stepping_(*plan_, at_once, *runners_[0], *runners_[1]) {}

  void share(LoopStates* states) override { shared_ = states; }

  void begin(std::span<const std::byte* const> operands,
             std::span<std::byte* const> results) override {
    operands_ = operands;
    results_ = results;
    stepping_.begin(operands, results, blocks_.begin());
    if (shared_) shared_->begin(stepping_, at_once_, blocks_.count());
  }

  bool advance(std::int64_t nanoseconds) override {
    do {
      if (stepping_.holds()) {
        if (shared_) shared_->keep(blocks_.number(), stepping_);
        stepping_.step();
      } else {
        if (!blocks_.next()) return false;
        stepping_.begin(operands_, results_, blocks_.first());
      }
      nanoseconds -= stepping_.cost();
    } while (nanoseconds > 0);
    return true;
  }

 private:
  const std::shared_ptr<const WhilePlan> plan_;
  const Runners runners_;
  const std::int64_t at_once_;
  LaneBlocks blocks_;
  Stepping stepping_;
  LoopStates* shared_ = nullptr;
  std::span<const std::byte* const> operands_;
  std::span<std::byte* const> results_;
};

class ForwardAndBack final : public Steering {
 public:
  ForwardAndBack(std::shared_ptr<const WhilePlan> plan, const std::vector<bool>& wanted,
                 const std::vector<bool>& has_ct, bool is_summed, Runners runners,
                 std::int64_t at_once)
      : plan_(std::move(plan)),
        runners_(std::move(runners)),
        at_once_(at_once),
        blocks_(plan_->lanes, at_once),
        cts_(parts_of(*plan_, wanted, has_ct, is_summed, at_once)),
        stepping_(*plan_, at_once, *runners_[0], *runners_[1]),
        states_(stepping_.kept_bytes()),
        now_(cts_),
        next_(cts_),
        padded_(cts_) {}

  void share(LoopStates* states) override { shared_ = states; }

  void begin(std::span<const std::byte* const> operands,
             std::span<std::byte* const> results) override {
    operands_ = operands;
    results_ = results;
    if (shared_ && !shared_->are_there(at_once_)) shared_ = nullptr;
    begin_block(blocks_.begin(), 0);
  }

  bool advance(std::int64_t nanoseconds) override {
    do {
      if (!is_back_) {
        if (stepping_.holds()) {
          states_.keep(steps_++, stepping_);
          stepping_.step();
        } else {
          is_back_ = true;
        }
        nanoseconds -= stepping_.cost();
      } else if (steps_ > 0) {
        (shared_ ? shared_->block(blocks_.number()).states : states_).restore(--steps_, stepping_);
        go_back();
        nanoseconds -= 10 + runners_[2]->cost();
      } else {
        end_block();
        const std::int64_t done = blocks_.first() + at_once_;
        if (!blocks_.next()) return false;
        begin_block(blocks_.first(), done - blocks_.first());
      }
    } while (nanoseconds > 0);
    return true;
  }

 private:
  static constexpr std::size_t none = SIZE_MAX;

  /// Cotangents of parts of the state, and sums of those of what is read from outside.
  LaneParts parts_of(const WhilePlan& plan, const std::vector<bool>& wanted,
                     const std::vector<bool>& has_ct, bool is_summed, std::int64_t at_once) {
    LaneParts parts;
    std::size_t given = plan.operands(), result = 0;
    for (std::size_t k = 0; k < plan.operands(); ++k) {
      const bool is_state = k < plan.types.size();
      if (is_state ? is_inexact(plan.types[k].dtype) : wanted[k]) {
        is_shared_.push_back(is_summed && plan.lanes > 0 && !plan.has_lane(k));
        parts.add(bytes_of(plan.type(k)), is_shared_.back() ? 1 : at_once);
        seeds_.push_back(is_state && has_ct[k] ? given++ : none);
        made_by_.push_back(wanted[k] ? result++ : none);
      }
    }
    return parts;
  }

  /// `done`: how many of its lanes are, in the block before.
  void begin_block(std::int64_t first, std::int64_t done) {
    done_ = done;
    is_put_ = false;
    stepping_.begin(operands_, {}, first);
    states_.clear();
    is_back_ = shared_ != nullptr;
    steps_ = is_back_ ? shared_->block(blocks_.number()).steps : 0;
    for (std::size_t k = 0; k < cts_.count(); ++k) {
      const std::int64_t row = cts_.row(k);
      if (is_shared_[k]) {
        if (first == 0) std::fill_n(now_.part(k), row, std::byte{0});
      } else if (seeds_[k] != none) {
        std::fill_n(now_.part(k), row * done, std::byte{0});
        LaneMemory::copy(operands_[seeds_[k]] + (first + done) * row, now_.row(k, done),
                         row * (at_once_ - done));
      } else {
        std::fill_n(now_.part(k), row * at_once_, std::byte{0});
      }
    }
  }

  void end_block() {
    for (std::size_t k = 0; k < cts_.count() && !is_put_; ++k) {
      if (made_by_[k] == none) continue;
      const std::int64_t row = cts_.row(k);
      std::byte* const to = results_[made_by_[k]];
      if (is_shared_[k])
        LaneMemory::copy(now_.part(k), to, row);
      else
        LaneMemory::copy(now_.row(k, done_), to + (blocks_.first() + done_) * row,
                         row * (at_once_ - done_));
    }
  }

  /// In the lanes that took this step.
  void go_back() {
    const bool are_all = stepping_.are_all_on();
    if (!are_all) pad();
    LaneMemory& from = are_all ? now_ : padded_;
    const auto inputs = stepping_.inputs();
    given_.assign(inputs.begin(), inputs.end());
    made_.clear();
    // Without lanes, what the last one gives is what is wanted.
    is_put_ = steps_ == 0 && plan_->lanes == 0;
    for (std::size_t k = 0; k < cts_.count(); ++k) {
      given_.push_back(from.part(k));
      const bool is_result = is_put_ && made_by_[k] != none;
      made_.push_back(is_result ? results_[made_by_[k]] : next_.part(k));
    }
    runners_[2]->run(given_, made_);
    if (are_all) return now_.swap(next_);
    for (std::size_t k = 0; k < cts_.count(); ++k) {
      if (is_shared_[k]) LaneMemory::copy(next_.part(k), now_.part(k), cts_.row(k));
      for (std::int64_t lane = 0; lane < at_once_ && !is_shared_[k]; ++lane) {
        if (stepping_.is_on(lane)) {
          LaneMemory::copy(next_.row(k, lane), now_.row(k, lane), cts_.row(k));
        }
      }
    }
  }

  /// Lanes that did not take it add nothing to what is shared.
  void pad() {
    for (std::size_t k = 0; k < cts_.count(); ++k) {
      const std::int64_t row = cts_.row(k);
      if (is_shared_[k]) LaneMemory::copy(now_.part(k), padded_.part(k), row);
      for (std::int64_t lane = 0; lane < at_once_ && !is_shared_[k]; ++lane) {
        if (stepping_.is_on(lane))
          LaneMemory::copy(now_.row(k, lane), padded_.row(k, lane), row);
        else
          std::fill_n(padded_.row(k, lane), row, std::byte{0});
      }
    }
  }

  const std::shared_ptr<const WhilePlan> plan_;
  const Runners runners_;
  const std::int64_t at_once_;
  LaneBlocks blocks_;
  std::vector<std::size_t> seeds_;    // by part: the operand that it begins at
  std::vector<std::size_t> made_by_;  // by part: the result that it ends in
  std::vector<bool> is_shared_;       // by part: whether it is a sum over lanes
  const LaneParts cts_;
  Stepping stepping_;
  KeptStates states_;
  LoopStates* shared_ = nullptr;  // in their place
  LaneMemory now_, next_, padded_;
  std::span<const std::byte* const> operands_;
  std::span<std::byte* const> results_;
  std::int64_t steps_ = 0;
  std::int64_t done_ = 0;  // lanes of the block that were in the one before
  bool is_back_ = false;
  bool is_put_ = false;  // what is wanted, where it goes
  std::vector<const std::byte*> given_;
  std::vector<std::byte*> made_;
};

}  // namespace

std::vector<std::shared_ptr<const Program>> WhileCall::programs() const {
  const std::int64_t at_once = lanes_at_once(*plan_, plan_->body->program());
  const std::vector<bool> flags = plan_->lane_flags();
  return {for_lanes(*plan_->condition, *plan_, flags, at_once),
          for_lanes(*derivatives_of(*plan_).step(), *plan_, flags, at_once)};
}

std::unique_ptr<Steering> WhileCall::steering(Runners runners) const {
  return std::make_unique<Forward>(plan_, std::move(runners),
                                   lanes_at_once(*plan_, plan_->body->program()));
}

std::vector<std::shared_ptr<const Program>> WhilePull::programs() const {
  WhileDerivatives& derivatives = derivatives_of(*plan_);
  const std::int64_t lanes = at_once();
  std::vector<bool> flags = plan_->lane_flags();
  std::vector<std::shared_ptr<const Program>> all = {
      for_lanes(*plan_->condition, *plan_, flags, lanes),
      for_lanes(*derivatives.step(), *plan_, flags, lanes)};
  if (is_summed_ && plan_->lanes > 0) {
    all.push_back(derivatives.back(wanted_, lanes)->shared_program());
    return all;
  }
  Callable& back = *derivatives.back(wanted_);
  flags.resize(back.program().inputs.size(), true);
  all.push_back(for_lanes(back, *plan_, flags, lanes));
  return all;
}

std::unique_ptr<Steering> WhilePull::steering(Runners runners) const {
  return std::make_unique<ForwardAndBack>(plan_, wanted_, has_ct_, is_summed_, std::move(runners),
                                          at_once());
}

/// What is shared, and summed, is there once.
std::int64_t WhilePull::at_once() const {
  return lanes_at_once(*plan_, is_summed_ ? plan_->body->program()
                                          : derivatives_of(*plan_).back(wanted_)->program());
}

}  // namespace wg
