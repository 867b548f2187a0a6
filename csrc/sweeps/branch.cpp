#include "sweeps/branch.h"

#include <algorithm>
#include <string>

#include "primitives/indexing.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
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

std::int64_t BranchPlan::at_once() const {
  return lanes_at_once(pulled ? pulled->of->first() : first(), lanes);
}

std::shared_ptr<const Program> BranchPlan::program_at_once(std::size_t branch) const {
  if (!sums_any()) return branches[branch]->batch(is_batched, at_once())->shared_program();
  summing_.resize(branches.size());
  if (!summing_[branch]) summing_[branch] = make_summing(branch);
  return summing_[branch];
}

std::shared_ptr<const Program> BranchPlan::make_summing(std::size_t branch) const {
  const std::int64_t count = at_once();
  // The pullback of a batch adds up in its products of matrices, and not the pullbacks of each.
  const std::shared_ptr<Callable> own = pulled ? pulled->of->branches[branch]
                                                     ->batch(pulled->of->is_batched, count)
                                                     ->vjp(pulled->wanted, pulled->has_ct)
                                               : branches[branch]->batch(is_batched, count);
  Derivation derivation;
  Builder& builder = derivation.builder();
  std::vector<Tensor> inputs = derivation.leaves(own->program());
  const Tensor counts = derivation.leaf({DType::boolean, std::span(&count, 1)});
  const auto counted = [&](Tensor lanes) {
    Shape column(lanes.value.ndim(), 1);
    column[0] = count;
    const Var zero = builder.constant(Array::zeros(lanes.dtype(), {}));
    return where(reshape(builder.var(counts), std::move(column)), builder.var(std::move(lanes)),
                 zero);
  };
  const std::size_t primals = pulled ? pulled->of->is_batched.size() : inputs.size();
  for (std::size_t k = primals; k < inputs.size(); ++k) inputs[k] = counted(inputs[k]).tensor;
  std::vector<Tensor> results = interpret(own->program(), inputs, builder);
  for (std::size_t k = 0; k < results.size() && !pulled; ++k) {
    if (!is_summed[k]) continue;
    const Var lanes = counted(std::move(results[k]));
    results[k] = sum(lanes, Dims{-lanes.ndim()}).tensor;
  }
  return derivation.finish(results);
}

std::vector<std::shared_ptr<const Program>> BranchCall::programs() const {
  std::vector<std::shared_ptr<const Program>> all;
  for (std::size_t k = 0; k < plan_->branches.size(); ++k) {
    all.push_back(plan_->lanes == 0 ? plan_->branches[k]->shared_program()
                                    : plan_->program_at_once(k));
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
  for (std::size_t k = 0; k < types.size() && plan_->lanes > 0; ++k) {
    if (!plan_->is_summed[k]) types[k] = with_axis(types[k], plan_->lanes);
  }
  return types;
}

std::shared_ptr<const BranchPlan> pullback_of(std::shared_ptr<const BranchPlan> plan,
                                              std::vector<bool> wanted, std::vector<bool> has_ct) {
  auto pulled = std::make_shared<BranchPlan>();
  pulled->lanes = plan->lanes;
  pulled->is_batched = plan->is_batched;
  for (std::size_t k = 0; k < has_ct.size() && plan->lanes > 0; ++k) {
    if (has_ct[k]) pulled->is_batched.push_back(!plan->is_summed[k]);
  }
  for (std::size_t k = 0; k < wanted.size() && plan->lanes > 0; ++k) {
    if (wanted[k]) pulled->is_summed.push_back(!plan->is_batched[k]);
  }
  for (const auto& branch : plan->branches) {
    pulled->branches.push_back(branch->vjp(wanted, has_ct));
  }
  // Not of sums: a cotangent that lanes share cannot be left out for some.
  if (pulled->sums_any() && !plan->sums_any()) {
    pulled->pulled = {
        .of = std::move(plan), .wanted = std::move(wanted), .has_ct = std::move(has_ct)};
  }
  return pulled;
}

void BranchCall::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                     Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  std::vector<Tensor> operands;
  std::vector<bool> is_wanted, has_ct(plan_->first().results.size());
  for (const Var& operand : x) operands.push_back(operand.tensor);
  for (std::size_t k = 1; k < x.size(); ++k) {
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  for (std::size_t k = 0; k < cts.size(); ++k) {
    if (!cts[k]) continue;
    has_ct[k] = true;
    operands.push_back(cts[k].tensor);
  }
  std::vector<Tensor> all = apply_branch(pullback_of(plan_, is_wanted, has_ct), operands, builder);
  auto next = all.begin();
  for (std::size_t k = 1; k < x.size(); ++k) {
    if (is_wanted[k - 1]) contributions[k] = builder.var(std::move(*next++));
  }
}

std::vector<Var> BranchCall::jvp(std::span<const Var> x, std::span<const Var>,
                                 std::span<const Var> tangents, Builder& builder) const {
  std::vector<Tensor> operands;
  std::vector<bool> moving;
  for (const Var& operand : x) operands.push_back(operand.tensor);
  auto pushed = std::make_shared<BranchPlan>();
  pushed->lanes = plan_->lanes;
  pushed->is_batched = plan_->is_batched;
  for (std::size_t k = 1; k < x.size(); ++k) {
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
    if (!moving.back()) continue;
    operands.push_back(tangents[k].tensor);
    if (plan_->lanes > 0) pushed->is_batched.push_back(plan_->is_batched[k - 1]);
  }
  pushed->is_summed = plan_->is_summed;
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
    plan->is_summed.resize(plan_->is_summed.size());
    for (std::size_t k = 0; k < flags.size(); ++k) {
      plan->is_batched.push_back(flags[k] || plan_->is_batched[k]);
    }
    if (!is_batched[0]) x[0] = with_batch_axis(std::move(x[0]), false, count);
    std::vector<bool> has_example(is_batched.begin(), is_batched.end());
    has_example[0] = true;
    std::vector<Tensor> operands = merged_lanes(x, has_example, has_lane, count, plan_->lanes);
    std::vector<Tensor> flat = apply_branch(std::move(plan), operands, builder);
    std::vector<Var> results = apart_lanes(flat, count, plan_->lanes, builder);
    for (std::size_t k = 0; k < results.size(); ++k) {
      if (plan_->is_summed[k]) results[k] = sum(results[k], Dims{1 - results[k].ndim()});
    }
    return results;
  }
  std::vector<Tensor> operands;
  for (Var& operand : x) operands.push_back(std::move(operand.tensor));
  if (is_batched[0] && count > 0) {
    plan->branches = plan_->branches;
    plan->lanes = count;
    plan->is_batched = flags;
    plan->is_summed.resize(plan_->first().results.size());
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
    Tensor own_result = interpret(*own, inputs, derivation.builder())[result];
    if (plan_->lanes > 0 && plan_->is_summed[result]) {
      const Var lanes = derivation.builder().var(std::move(own_result));
      own_result = sum(lanes, Dims{-lanes.ndim()}).tensor;
    }
    state_pattern(own_result, leaves, dependence);
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
  for (const bool is_summed : plan_->is_summed) words.push_back(is_summed);
  words.push_back(plan_->pulled.has_value());
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

std::vector<Var> of_no_example(const std::vector<Type>& types, Builder& builder) {
  std::vector<Var> all;
  for (const Type& type : types) {
    const Type none = with_axis(type, 0);
    all.push_back(builder.constant(Array::zeros(none.dtype, none.shape())));
  }
  return all;
}

}  // namespace wg
