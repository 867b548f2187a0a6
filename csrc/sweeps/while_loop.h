/// A loop that takes steps as long as a condition holds, as one operation.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/steered.h"

namespace wg {

class WhileDerivatives;

/// Programs of the state and what they read from outside. Each of `lanes` takes as many steps as it
/// needs; all parts of the state, and of what is read from outside what is batched, then have one
/// value for each in front.
struct WhilePlan : std::enable_shared_from_this<WhilePlan> {
  std::vector<Type> types;  // of the state, of one lane
  std::size_t outside = 0;  // how many values are read from outside
  std::shared_ptr<Callable> condition;
  std::shared_ptr<Callable> body;  // to the next state
  std::int64_t lanes = 0;          // 0: there are none
  std::vector<bool> is_batched;    // by what is read from outside, where there are lanes
  mutable std::shared_ptr<WhileDerivatives> derivatives;  // those that were asked for

  /// Of an operand, of one lane.
  const Type& type(std::size_t operand) const {
    const Program& program = body->program();
    return program.types[program.inputs[operand]];
  }
  bool has_lane(std::size_t operand) const {
    return lanes > 0 && (operand < types.size() || is_batched[operand - types.size()]);
  }
  std::size_t operands() const { return types.size() + outside; }
  /// By operand.
  std::vector<bool> lane_flags() const;
};

/// Operands are the first state and what is read from outside; results are the last state.
class WhileCall final : public Steered {
 public:
  explicit WhileCall(std::shared_ptr<const WhilePlan> plan) : plan_(std::move(plan)) {}

  const WhilePlan& plan() const { return *plan_; }
  const std::shared_ptr<const WhilePlan>& shared_plan() const { return plan_; }

  std::vector<std::shared_ptr<const Program>> programs() const override;
  std::unique_ptr<Steering> steering(std::vector<std::unique_ptr<Runner>> runners) const override;
  std::vector<Type> operand_types() const override;
  std::vector<Type> result_types() const override;
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const override;
  bool is_linear(const std::vector<bool>& dependent) const override;
  void words(std::vector<std::int64_t>& words, Constants constants) const override;
  std::string text() const override;

 private:
  std::shared_ptr<const WhilePlan> plan_;
};

/// What such a loop pulls back: it is taken once more, and then step by step in the other
/// direction.
///
/// Operands are those of the loop and cotangents of some parts of the last state; results are
/// cotangents of those operands of the loop that are wanted: in lanes, of what all of them share
/// one for every lane, or the sum of these. The derivatives need no other operation. With J(x) the
/// derivative of the loop at x, whose product with a tangent is a loop again, <u, J(x)' a> = <J(x)
/// u, a>: what a cotangent u of J(x)' a leads to is what the loop of J(x) u pulls back from a, and
/// that same operation has the tangents of J(x)' a.
class WhilePull final : public Steered {
 public:
  /// `wanted`: by operand of the loop; `has_ct`: by part of the state; `is_summed`: whether lanes
  /// are, in what they share.
  WhilePull(std::shared_ptr<const WhilePlan> plan, std::vector<bool> wanted,
            std::vector<bool> has_ct, bool is_summed)
      : plan_(std::move(plan)),
        wanted_(std::move(wanted)),
        has_ct_(std::move(has_ct)),
        is_summed_(is_summed) {}

  const std::shared_ptr<const WhilePlan>& shared_plan() const { return plan_; }
  const std::vector<bool>& wanted() const { return wanted_; }
  const std::vector<bool>& has_ct() const { return has_ct_; }
  bool is_summed() const { return is_summed_; }

  std::vector<std::shared_ptr<const Program>> programs() const override;
  std::unique_ptr<Steering> steering(std::vector<std::unique_ptr<Runner>> runners) const override;
  std::vector<Type> operand_types() const override;
  std::vector<Type> result_types() const override;
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const override;
  bool is_linear(const std::vector<bool>& dependent) const override;
  void words(std::vector<std::int64_t>& words, Constants constants) const override;
  std::string text() const override;

 private:
  std::int64_t at_once() const;

  std::shared_ptr<const WhilePlan> plan_;
  std::vector<bool> wanted_, has_ct_;
  const bool is_summed_;
};

const Primitive& while_primitive();
const Primitive& while_pull_primitive();

}  // namespace wg
