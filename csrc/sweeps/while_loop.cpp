#include "sweeps/while_loop.h"

#include <algorithm>
#include <functional>
#include <string>

#include "primitives/indexing.h"
#include "primitives/reduction.h"
#include "sweeps/branch.h"
#include "sweeps/while_derivatives.h"

namespace wg {
namespace {

Type with_lanes(const Type& type, std::int64_t lanes) {
  return lanes > 0 ? with_axis(type, lanes) : type;
}

void add_words(const WhilePlan& plan, std::vector<std::int64_t>& words, Constants constants) {
  for (const auto& callable : {plan.condition, plan.body}) {
    const Table<std::int64_t> own = callable->program().words(constants);
    words.insert(words.end(), own.begin(), own.end());
  }
  words.push_back(std::ssize(plan.types));
  words.push_back(plan.lanes);
  for (const bool is_batched : plan.is_batched) words.push_back(is_batched);
}

std::string text_of(const WhilePlan& plan) {
  std::string text = "operations=" + std::to_string(plan.body->program().instructions.size());
  if (plan.lanes > 0) text += ", lanes=" + std::to_string(plan.lanes);
  return text;
}

std::vector<Tensor> tensors_of(std::span<const Var> x) {
  std::vector<Tensor> all;
  for (const Var& own : x) all.push_back(own.tensor);
  return all;
}

std::vector<Tensor> apply_loop(std::shared_ptr<const WhilePlan> plan, std::span<Tensor> operands,
                               Builder& builder) {
  auto payload = Ref<Payload>::adopt(new WhileCall(std::move(plan)));
  return builder.apply_compound(while_primitive(), std::move(payload), operands);
}

std::vector<Tensor> apply_pull(std::shared_ptr<const WhilePlan> plan, std::vector<bool> wanted,
                               std::vector<bool> has_ct, bool is_summed, std::span<Tensor> operands,
                               Builder& builder) {
  auto payload = Ref<Payload>::adopt(
      new WhilePull(std::move(plan), std::move(wanted), std::move(has_ct), is_summed));
  return builder.apply_compound(while_pull_primitive(), std::move(payload), operands);
}

/// The operands of a loop that pushes tangents: `x` and `tangents` are by operand of the loop.
std::vector<Tensor> pushed_operands(const WhilePlan& plan, const WhileDerivatives::Push& push,
                                    std::span<const Var> x, std::span<const Var> tangents) {
  const std::size_t size = plan.types.size();
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < size; ++k) operands.push_back(x[k].tensor);
  for (const std::size_t k : push.state) {
    const Type type = with_lanes(plan.types[k], plan.lanes);
    operands.push_back(tangents[k] ? tangents[k].tensor
                                   : Tensor(Array::zeros(type.dtype, type.shape())));
  }
  for (std::size_t k = size; k < plan.operands(); ++k) operands.push_back(x[k].tensor);
  for (const std::size_t k : push.outside) operands.push_back(tangents[k].tensor);
  return operands;
}

/// By operand of the loop that pushes tangents: those of the loop that are wanted.
std::vector<bool> wanted_of_pushed(const WhilePlan& plan, const WhileDerivatives::Push& push,
                                   const std::vector<bool>& wanted) {
  const auto middle = wanted.begin() + static_cast<std::ptrdiff_t>(plan.types.size());
  std::vector<bool> all(wanted.begin(), middle);
  all.resize(all.size() + push.state.size());
  all.insert(all.end(), middle, wanted.end());
  all.resize(all.size() + push.outside.size());
  return all;
}

/// A lane for each example of each lane.
std::shared_ptr<const WhilePlan> with_more_lanes(const WhilePlan& plan,
                                                 std::span<const bool> is_batched,
                                                 std::int64_t count) {
  auto more = std::make_shared<WhilePlan>();
  more->types = plan.types;
  more->outside = plan.outside;
  more->condition = plan.condition;
  more->body = plan.body;
  more->lanes = count * plan.lanes;
  for (std::size_t k = plan.types.size(); k < plan.operands(); ++k) {
    more->is_batched.push_back(is_batched[k] || plan.has_lane(k));
  }
  return more;
}

}  // namespace

std::vector<bool> WhilePlan::lane_flags() const {
  std::vector<bool> flags;
  for (std::size_t k = 0; k < operands(); ++k) flags.push_back(has_lane(k));
  return flags;
}

std::vector<Type> WhileCall::operand_types() const {
  std::vector<Type> all;
  for (std::size_t k = 0; k < plan_->operands(); ++k) {
    all.push_back(with_lanes(plan_->type(k), plan_->has_lane(k) ? plan_->lanes : 0));
  }
  return all;
}

std::vector<Type> WhileCall::result_types() const {
  std::vector<Type> all;
  for (const Type& type : plan_->types) all.push_back(with_lanes(type, plan_->lanes));
  return all;
}

void WhileCall::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                    Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  std::vector<Tensor> operands = tensors_of(x);
  std::vector<bool> is_wanted, has_ct(plan_->types.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  for (std::size_t k = 0; k < cts.size(); ++k) {
    has_ct[k] = cts[k] && is_inexact(plan_->types[k].dtype);
    if (has_ct[k]) operands.push_back(cts[k].tensor);
  }
  std::vector<Tensor> all = apply_pull(plan_, is_wanted, has_ct, true, operands, builder);
  auto next = all.begin();
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (is_wanted[k]) contributions[k] = builder.var(std::move(*next++));
  }
}

std::vector<Var> WhileCall::jvp(std::span<const Var> x, std::span<const Var>,
                                std::span<const Var> tangents, Builder& builder) const {
  std::vector<bool> moving;
  for (std::size_t k = 0; k < x.size(); ++k) {
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
  }
  const WhileDerivatives::Push& push = derivatives_of(*plan_).push(moving, false);
  std::vector<Tensor> operands = pushed_operands(*plan_, push, x, tangents);
  std::vector<Tensor> all = apply_loop(push.loop, operands, builder);
  std::vector<Var> moved(plan_->types.size());
  auto next = all.begin() + std::ssize(plan_->types);
  for (const std::size_t k : push.state) moved[k] = builder.var(std::move(*next++));
  return moved;
}

std::vector<Var> WhileCall::batch(std::span<Var> x, std::span<const bool> is_batched,
                                  Builder& builder) const {
  const std::int64_t count = batch_length(x, is_batched);
  if (count == 0) return of_no_example(result_types(), builder);
  if (plan_->lanes > 0) {
    std::vector<Tensor> operands = merged_lanes(x, {is_batched.begin(), is_batched.end()},
                                                plan_->lane_flags(), count, plan_->lanes);
    std::vector<Tensor> all =
        apply_loop(with_more_lanes(*plan_, is_batched, count), operands, builder);
    return apart_lanes(all, count, plan_->lanes, builder);
  }
  const WhileDerivatives::Batch& batch =
      derivatives_of(*plan_).batch({is_batched.begin(), is_batched.end()}, count);
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (batch.is_batched[k]) x[k] = with_batch_axis(std::move(x[k]), is_batched[k], count);
    operands.push_back(std::move(x[k].tensor));
  }
  std::vector<Tensor> all = apply_loop(batch.loop, operands, builder);
  std::vector<Var> results;
  for (std::size_t k = 0; k < all.size(); ++k) {
    results.push_back(with_batch_axis(builder.var(std::move(all[k])), batch.is_batched[k], count));
  }
  return results;
}

/// How many steps there are may depend on the state.
bool WhileCall::is_linear(const std::vector<bool>& dependent) const {
  return std::ranges::none_of(dependent, std::identity());
}

void WhileCall::words(std::vector<std::int64_t>& words, Constants constants) const {
  add_words(*plan_, words, constants);
}

std::string WhileCall::text() const { return text_of(*plan_); }

std::vector<Type> WhilePull::operand_types() const {
  std::vector<Type> all = WhileCall(plan_).operand_types();
  for (std::size_t k = 0; k < has_ct_.size(); ++k) {
    if (has_ct_[k]) all.push_back(with_lanes(plan_->types[k], plan_->lanes));
  }
  return all;
}

std::vector<Type> WhilePull::result_types() const {
  std::vector<Type> all;
  for (std::size_t k = 0; k < wanted_.size(); ++k) {
    const bool has_lane = plan_->has_lane(k) || !is_summed_;
    if (wanted_[k]) all.push_back(with_lanes(plan_->type(k), has_lane ? plan_->lanes : 0));
  }
  return all;
}

void WhilePull::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                    Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  const std::size_t size = plan_->types.size(), count = plan_->operands();
  std::vector<bool> moving(count), is_wanted(count);
  std::vector<Var> tangents(count);
  bool is_any_wanted = false;
  for (std::size_t k = 0, next = 0; k < count; ++k) {
    is_wanted[k] = wanted[k] && is_inexact(x[k].dtype());
    is_any_wanted |= is_wanted[k];
    if (!wanted_[k]) continue;
    if (next < cts.size()) tangents[k] = cts[next];
    moving[k] = bool(tangents[k]);
    ++next;
  }
  const WhileDerivatives::Push& push = derivatives_of(*plan_).push(moving, !is_summed_);
  std::vector<Tensor> operands = pushed_operands(*plan_, push, x, tangents);
  // Of the parts of the last state that have a cotangent here: where that is among the operands.
  std::vector<std::size_t> places(size);
  bool is_any_ct_wanted = false;
  for (std::size_t k = 0, next = count; k < size; ++k) {
    if (!has_ct_[k]) continue;
    is_any_ct_wanted |= wanted[next];
    places[k] = next++;
  }
  if (is_any_ct_wanted) {
    std::vector<Tensor> given = operands;
    std::vector<Tensor> all = apply_loop(push.loop, given, builder);
    for (std::size_t i = 0; i < push.state.size(); ++i) {
      const std::size_t k = push.state[i];
      if (has_ct_[k]) contributions[places[k]] = builder.var(std::move(all[size + i]));
    }
  }
  if (!is_any_wanted) return;
  std::vector<bool> has_ct(size);
  for (const std::size_t k : push.state) {
    has_ct.push_back(has_ct_[k]);
    if (has_ct_[k]) operands.push_back(x[places[k]].tensor);
  }
  if (std::ranges::none_of(has_ct, std::identity())) return;
  std::vector<Tensor> all = apply_pull(push.loop, wanted_of_pushed(*plan_, push, is_wanted), has_ct,
                                       true, operands, builder);
  auto next = all.begin();
  for (std::size_t k = 0; k < count; ++k) {
    if (is_wanted[k]) contributions[k] = builder.var(std::move(*next++));
  }
}

std::vector<Var> WhilePull::jvp(std::span<const Var> x, std::span<const Var>,
                                std::span<const Var> tangents, Builder& builder) const {
  const std::size_t size = plan_->types.size(), count = plan_->operands();
  std::vector<bool> moving;
  for (std::size_t k = 0; k < count; ++k) {
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
  }
  const bool is_any = std::ranges::any_of(moving, std::identity());
  std::shared_ptr<const WhilePlan> loop = plan_;
  std::vector<bool> wanted = wanted_, has_ct;
  std::vector<Tensor> operands, cts(size), moving_cts;
  for (std::size_t k = 0, next = count; k < size; ++k) {
    if (!has_ct_[k]) {
      has_ct.push_back(false);
      continue;
    }
    cts[k] = x[next].tensor;
    has_ct.push_back(bool(tangents[next]));
    if (has_ct.back()) moving_cts.push_back(tangents[next].tensor);
    ++next;
  }
  if (is_any) {
    const WhileDerivatives::Push& push = derivatives_of(*plan_).push(moving, false);
    operands = pushed_operands(*plan_, push, x, tangents);
    wanted = wanted_of_pushed(*plan_, push, wanted_);
    loop = push.loop;
    for (const std::size_t k : push.state) {
      has_ct.push_back(has_ct_[k]);
      if (has_ct_[k]) moving_cts.push_back(std::move(cts[k]));
    }
  } else {
    operands = tensors_of(x.first(count));
  }
  std::vector<Var> moved(static_cast<std::size_t>(std::ranges::count(wanted_, true)));
  if (moving_cts.empty()) return moved;
  operands.insert(operands.end(), moving_cts.begin(), moving_cts.end());
  std::vector<Tensor> all =
      apply_pull(std::move(loop), wanted, has_ct, is_summed_, operands, builder);
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = builder.var(std::move(all[i]));
  return moved;
}

std::vector<Var> WhilePull::batch(std::span<Var> x, std::span<const bool> is_batched,
                                  Builder& builder) const {
  const std::int64_t count = batch_length(x, is_batched);
  const std::size_t size = plan_->types.size(), own = plan_->operands();
  if (count == 0) return of_no_example(result_types(), builder);
  if (plan_->lanes > 0) {
    std::vector<bool> has_lane = plan_->lane_flags();
    has_lane.resize(x.size(), true);
    std::vector<Tensor> operands =
        merged_lanes(x, {is_batched.begin(), is_batched.end()}, has_lane, count, plan_->lanes);
    std::vector<Tensor> all = apply_pull(with_more_lanes(*plan_, is_batched, count), wanted_,
                                         has_ct_, false, operands, builder);
    std::vector<Var> results = apart_lanes(all, count, plan_->lanes, builder);
    auto next = results.begin();
    for (std::size_t k = 0; k < own; ++k) {
      if (!wanted_[k]) continue;
      if (is_summed_ && !plan_->has_lane(k)) *next = sum(*next, Dims{1 - next->ndim()});
      ++next;
    }
    return results;
  }
  // A cotangent of each example is one of a state of each.
  std::vector<bool> flags(is_batched.begin(),
                          is_batched.begin() + static_cast<std::ptrdiff_t>(own));
  for (std::size_t k = 0; k < size; ++k) flags[k] = flags[k] || is_inexact(plan_->types[k].dtype);
  const WhileDerivatives::Batch* batch = &derivatives_of(*plan_).batch(flags, count);
  if (batch->loop->lanes == 0) {
    // Likewise of what is read from outside; lanes have one each in any case.
    for (std::size_t k = size; k < own; ++k) flags[k] = flags[k] || wanted_[k];
    batch = &derivatives_of(*plan_).batch(flags, count);
  }
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const bool has_axis = k >= own || batch->is_batched[k];
    if (has_axis) x[k] = with_batch_axis(std::move(x[k]), is_batched[k], count);
    operands.push_back(std::move(x[k].tensor));
  }
  std::vector<Var> results;
  for (Tensor& ct : apply_pull(batch->loop, wanted_, has_ct_, false, operands, builder)) {
    results.push_back(builder.var(std::move(ct)));
  }
  return results;
}

/// It is in the cotangents.
bool WhilePull::is_linear(const std::vector<bool>& dependent) const {
  const auto end = dependent.begin() + static_cast<std::ptrdiff_t>(plan_->operands());
  return std::none_of(dependent.begin(), end, std::identity());
}

void WhilePull::words(std::vector<std::int64_t>& words, Constants constants) const {
  add_words(*plan_, words, constants);
  for (const bool own : wanted_) words.push_back(own);
  for (const bool own : has_ct_) words.push_back(own);
  words.push_back(is_summed_);
}

std::string WhilePull::text() const { return text_of(*plan_); }

const Primitive& while_primitive() {
  static const Primitive row = [] {
    Primitive loop = compound_row("while");
    loop.is_fallible = true;
    return loop;
  }();
  return row;
}

const Primitive& while_pull_primitive() {
  static const Primitive row = [] {
    Primitive pull = compound_row("while_pull");
    pull.is_fallible = true;
    return pull;
  }();
  return row;
}

}  // namespace wg
