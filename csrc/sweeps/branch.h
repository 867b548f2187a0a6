/// One of several programs, chosen by a number, as one operation.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "sweeps/steered.h"

namespace wg {

/// Programs of the same inputs and results. Of `lanes` each has a choice of its own, and operands
/// that are batched have one value for each, in front; so have results that are not summed.
struct BranchPlan {
  /// Of which branches these are the pullbacks.
  struct Pulled {
    std::shared_ptr<const BranchPlan> of;
    std::vector<bool> wanted, has_ct;
  };

  std::vector<std::shared_ptr<Callable>> branches;
  std::int64_t lanes = 0;        // 0: one choice
  std::vector<bool> is_batched;  // by input, where there are lanes
  std::vector<bool> is_summed;   // by result, where there are lanes: over those
  std::optional<Pulled> pulled;

  const Program& first() const { return branches[0]->program(); }
  bool sums_any() const { return std::ranges::find(is_summed, true) != is_summed.end(); }
  /// How many lanes of a branch are evaluated at once.
  std::int64_t at_once() const;
  /// A branch for so many. Where results are summed, which lanes count is its last input.
  std::shared_ptr<const Program> program_at_once(std::size_t branch) const;

 private:
  std::shared_ptr<const Program> make_summing(std::size_t branch) const;

  mutable std::vector<std::shared_ptr<const Program>> summing_;  // by branch, once it was asked for
};

/// Operands are the number of the branch, or one for each lane, and the inputs of the programs. A
/// derivative is the branch of the derivatives: of what is not chosen nothing is evaluated, in any
/// lane.
class BranchCall final : public Steered {
 public:
  explicit BranchCall(std::shared_ptr<const BranchPlan> plan) : plan_(std::move(plan)) {}

  const BranchPlan& plan() const { return *plan_; }
  const std::shared_ptr<const BranchPlan>& shared_plan() const { return plan_; }

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
  std::shared_ptr<const BranchPlan> plan_;
};

const Primitive& branch_primitive();

/// From the inputs and cotangents of some results to cotangents of the wanted inputs, summed over
/// lanes that share one.
std::shared_ptr<const BranchPlan> pullback_of(std::shared_ptr<const BranchPlan> plan,
                                              std::vector<bool> wanted, std::vector<bool> has_ct);

/// The branches applied to these operands, through a builder.
std::vector<Tensor> apply_branch(std::shared_ptr<const BranchPlan> plan, std::span<Tensor> operands,
                                 Builder& builder);

/// Operands of lanes that are evaluated for several examples each: a lane for each of both, those
/// of one example next to each other. Operands that have neither axis stay.
std::vector<Tensor> merged_lanes(std::span<Var> x, const std::vector<bool>& has_example,
                                 const std::vector<bool>& has_lane, std::int64_t examples,
                                 std::int64_t lanes);
/// Results of such lanes, with an axis for each.
std::vector<Var> apart_lanes(std::span<Tensor> results, std::int64_t examples, std::int64_t lanes,
                             Builder& builder);
/// Results where there are no examples.
std::vector<Var> of_no_example(const std::vector<Type>& types, Builder& builder);

}  // namespace wg
