#include "sweeps/branch.h"

#include <algorithm>
#include <string>

#include "primitives/indexing.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"
#include "sweeps/derivation.h"
#include "sweeps/interpret.h"
#include "sweeps/sparsity.h"

namespace wg {
namespace {

std::vector<Type> types_of(const Program& program, std::span<const Slot> slots) {
  std::vector<Type> types;
  for (const Slot slot : slots) types.push_back(program.types[slot]);
  return types;
}

}  // namespace

std::vector<std::shared_ptr<const Program>> BranchCall::programs() const {
  std::vector<std::shared_ptr<const Program>> all;
  for (const auto& branch : plan_->branches) {
    all.push_back(
        plan_->lanes == 0
            ? branch->shared_program()
            : branch->batch(plan_->is_batched, lanes_at_once(plan_->first(), plan_->lanes))
                  ->shared_program());
  }
  return all;
}

std::vector<Type> BranchCall::operand_types() const {
  const Type number{DType::int64, nullptr, false};
  std::vector<Type> types{plan_->lanes > 0 ? with_axis(number, plan_->lanes) : number};
  const std::vector<Type> inputs = types_of(plan_->first(), plan_->first().inputs);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const bool has_lane = plan_->lanes > 0 && plan_->is_batched[k];
    types.push_back(has_lane ? with_axis(inputs[k], plan_->lanes) : inputs[k]);
  }
  return types;
}

std::vector<Type> BranchCall::result_types() const {
  std::vector<Type> types = types_of(plan_->first(), plan_->first().results);
  if (plan_->lanes > 0) {
    for (Type& type : types) type = with_axis(type, plan_->lanes);
  }
  return types;
}

/// The same lanes, without branches.
std::shared_ptr<BranchPlan> BranchCall::like() const {
  auto plan = std::make_shared<BranchPlan>();
  plan->lanes = plan_->lanes;
  plan->is_batched = plan_->is_batched;
  return plan;
}

void BranchCall::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                     Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  std::vector<Tensor> operands;
  std::vector<bool> is_wanted, has_ct(plan_->first().results.size());
  for (const Var& operand : x) operands.push_back(operand.tensor);
  for (std::size_t k = 1; k < x.size(); ++k) {
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  auto pulled = like();
  for (std::size_t k = 0; k < cts.size(); ++k) {
    if (!cts[k]) continue;
    has_ct[k] = true;
    operands.push_back(cts[k].tensor);
    if (plan_->lanes > 0) pulled->is_batched.push_back(true);
  }
  for (const auto& branch : plan_->branches) {
    pulled->branches.push_back(branch->vjp(is_wanted, has_ct));
  }
  std::vector<Tensor> all = apply_branch(std::move(pulled), operands, builder);
  auto next = all.begin();
  for (std::size_t k = 1; k < x.size(); ++k) {
    if (!is_wanted[k - 1]) continue;
    const bool is_batched = plan_->lanes > 0 && plan_->is_batched[k - 1];
    contributions[k] = of_operand(builder.var(std::move(*next++)), plan_->lanes, is_batched);
  }
}

std::vector<Var> BranchCall::jvp(std::span<const Var> x, std::span<const Var>,
                                 std::span<const Var> tangents, Builder& builder) const {
  std::vector<Tensor> operands;
  std::vector<bool> moving;
  for (const Var& operand : x) operands.push_back(operand.tensor);
  auto pushed = like();
  for (std::size_t k = 1; k < x.size(); ++k) {
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
    if (!moving.back()) continue;
    operands.push_back(tangents[k].tensor);
    if (plan_->lanes > 0) pushed->is_batched.push_back(plan_->is_batched[k - 1]);
  }
  for (const auto& branch : plan_->branches) pushed->branches.push_back(branch->jvp(moving));
  std::vector<Var> moved;
  for (Tensor& tangent : apply_branch(std::move(pushed), operands, builder)) {
    const bool passes = is_inexact(tangent.dtype());
    moved.push_back(passes ? builder.var(std::move(tangent)) : Var());
  }
  return moved;
}

std::vector<Var> BranchCall::batch(std::span<Var> x, std::span<const bool> is_batched,
                                   Builder& builder) const {
  const std::int64_t count = batch_length(x, is_batched);
  const std::vector<bool> flags(is_batched.begin() + 1, is_batched.end());
  auto plan = std::make_shared<BranchPlan>();
  if (plan_->lanes > 0) {
    if (count == 0) return of_no_example(result_types(), builder);
    std::vector<bool> has_lane{true};
    has_lane.insert(has_lane.end(), plan_->is_batched.begin(), plan_->is_batched.end());
    plan->branches = plan_->branches;
    plan->lanes = count * plan_->lanes;
    for (std::size_t k = 0; k < flags.size(); ++k) {
      plan->is_batched.push_back(flags[k] || plan_->is_batched[k]);
    }
    if (!is_batched[0]) x[0] = with_batch_axis(std::move(x[0]), false, count);
    std::vector<bool> has_example(is_batched.begin(), is_batched.end());
    has_example[0] = true;
    std::vector<Tensor> operands = merged_lanes(x, has_example, has_lane, count, plan_->lanes);
    std::vector<Tensor> results = apply_branch(std::move(plan), operands, builder);
    return apart_lanes(results, count, plan_->lanes, builder);
  }
  std::vector<Tensor> operands;
  for (Var& operand : x) operands.push_back(std::move(operand.tensor));
  if (is_batched[0] && count > 0) {
    plan->branches = plan_->branches;
    plan->lanes = count;
    plan->is_batched = flags;
  } else {
    // Of no lane at all, the choice is nobody's.
    if (is_batched[0]) operands[0] = Array::scalar(std::int64_t{0});
    for (const auto& branch : plan_->branches) {
      plan->branches.push_back(branch->batch(flags, count));
    }
  }
  std::vector<Var> results;
  for (Tensor& result : apply_branch(std::move(plan), operands, builder)) {
    results.push_back(builder.var(std::move(result)));
  }
  return results;
}

/// What any of the branches depends on.
void BranchCall::sparsity(std::span<const Tensor> x, std::size_t result, const Type&,
                          Dependence& dependence) const {
  for (const auto& branch : plan_->branches) {
    const std::shared_ptr<const Program> own =
        plan_->lanes == 0 ? branch->shared_program()
                          : branch->batch(plan_->is_batched, plan_->lanes)->shared_program();
    Derivation derivation;
    std::vector<Tensor> leaves{derivation.leaf(x[0].type())};
    const std::vector<Tensor> inputs = derivation.leaves(*own);
    leaves.insert(leaves.end(), inputs.begin(), inputs.end());
    const std::vector<Tensor> results = interpret(*own, inputs, derivation.builder());
    state_pattern(results[result], leaves, dependence);
  }
}

bool BranchCall::is_linear(const std::vector<bool>& dependent) const {
  const std::vector<bool> inputs(dependent.begin() + 1, dependent.end());
  return !dependent[0] && std::ranges::all_of(plan_->branches, [&](const auto& branch) {
    return branch->is_linear(inputs);
  });
}

void BranchCall::words(std::vector<std::int64_t>& words, Constants constants) const {
  for (const auto& branch : plan_->branches) {
    const Table<std::int64_t> own = branch->program().words(constants);
    words.insert(words.end(), own.begin(), own.end());
  }
  words.push_back(plan_->lanes);
  for (const bool is_batched : plan_->is_batched) words.push_back(is_batched);
  words.push_back(std::ssize(plan_->branches));
}

std::string BranchCall::text() const {
  return "programs=" + std::to_string(plan_->branches.size()) +
         (plan_->lanes > 0 ? ", lanes=" + std::to_string(plan_->lanes) : "");
}

const Primitive& branch_primitive() {
  static const Primitive row = [] {
    Primitive branch = compound_row("branch");
    branch.is_fallible = true;
    return branch;
  }();
  return row;
}

std::vector<Tensor> apply_branch(std::shared_ptr<const BranchPlan> plan, std::span<Tensor> operands,
                                 Builder& builder) {
  auto payload = Ref<Payload>::adopt(new BranchCall(std::move(plan)));
  return builder.apply_compound(branch_primitive(), std::move(payload), operands);
}

std::vector<Tensor> merged_lanes(std::span<Var> x, const std::vector<bool>& has_example,
                                 const std::vector<bool>& has_lane, std::int64_t examples,
                                 std::int64_t lanes) {
  std::vector<Tensor> merged;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!has_example[k] && !has_lane[k]) {
      merged.push_back(std::move(x[k].tensor));
      continue;
    }
    Var both = has_example[k] ? std::move(x[k]) : with_batch_axis(std::move(x[k]), false, examples);
    Shape shape(both.shape());
    if (!has_lane[k]) {
      shape.insert(1, 1);
      both = reshape(both, shape);
      shape[1] = lanes;
      both = broadcast_to(both, shape);
    }
    Shape flat(std::span<const std::int64_t>(shape).subspan(1));
    flat[0] = examples * lanes;
    merged.push_back(reshape(both, std::move(flat)).tensor);
  }
  return merged;
}

std::vector<Var> apart_lanes(std::span<Tensor> results, std::int64_t examples, std::int64_t lanes,
                             Builder& builder) {
  std::vector<Var> apart;
  for (Tensor& result : results) {
    Var own = builder.var(std::move(result));
    Shape shape(own.shape());
    shape[0] = lanes;
    shape.insert(0, examples);
    apart.push_back(reshape(own, std::move(shape)));
  }
  return apart;
}

Var of_operand(Var per_lane, std::int64_t lanes, bool is_batched) {
  if (lanes == 0 || is_batched) return per_lane;
  return sum(per_lane, Dims{-per_lane.ndim()});
}

std::vector<Var> of_no_example(const std::vector<Type>& types, Builder& builder) {
  std::vector<Var> all;
  for (const Type& type : types) {
    const Type none = with_axis(type, 0);
    all.push_back(builder.constant(Array::zeros(none.dtype, none.shape())));
  }
  return all;
}

}  // namespace wg
