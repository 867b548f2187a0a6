#include "sweeps/while_derivatives.h"

#include <algorithm>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "sweeps/derivation.h"
#include "sweeps/forward.h"
#include "sweeps/interpret.h"
#include "sweeps/reverse.h"

namespace wg {
namespace {

Tensor zeros_of(const Type& type) { return Array::zeros(type.dtype, type.shape()); }

}  // namespace

const std::shared_ptr<Callable>& WhileDerivatives::step() {
  if (step_) return step_;
  Derivation derivation;
  const std::vector<Tensor> leaves = derivation.leaves(plan_.body->program());
  std::vector<Tensor> results = interpret(plan_.body->program(), leaves, derivation.builder());
  std::vector<Tensor> next = results;
  next.insert(next.end(), leaves.begin() + std::ssize(results), leaves.end());
  results.push_back(interpret(plan_.condition->program(), next, derivation.builder())[0]);
  return step_ = std::make_shared<Callable>(derivation.finish(results));
}

const WhileDerivatives::Push& WhileDerivatives::push(const std::vector<bool>& moving,
                                                     bool is_per_lane) {
  Question question{moving, is_per_lane};
  const auto found = std::ranges::find(pushes_, question, &KeptPush::question);
  if (found != pushes_.end()) return found->push;
  return pushes_.emplace_back(KeptPush{std::move(question), make_push(moving, is_per_lane)}).push;
}

const std::shared_ptr<Callable>& WhileDerivatives::back(const std::vector<bool>& wanted) {
  Question question{wanted};
  const auto found = std::ranges::find(backs_, question, &KeptBack::question);
  if (found != backs_.end()) return found->step;
  return backs_
      .emplace_back(KeptBack{std::move(question), make_back(wanted, plan_.body->program())})
      .step;
}

const std::shared_ptr<Callable>& WhileDerivatives::back(const std::vector<bool>& wanted,
                                                        std::int64_t lanes) {
  Question question{wanted, lanes};
  const auto found = std::ranges::find(backs_, question, &KeptBack::question);
  if (found != backs_.end()) return found->step;
  const auto body = plan_.body->batch(plan_.lane_flags(), lanes);
  return backs_.emplace_back(KeptBack{std::move(question), make_back(wanted, body->program())})
      .step;
}

const WhileDerivatives::Batch& WhileDerivatives::batch(const std::vector<bool>& is_batched,
                                                       std::int64_t count) {
  Question question{is_batched, count};
  const auto found = std::ranges::find(batches_, question, &KeptBatch::question);
  if (found != batches_.end()) return found->batch;
  return batches_.emplace_back(KeptBatch{std::move(question), make_batch(is_batched, count)}).batch;
}

WhileDerivatives::Push WhileDerivatives::make_push(std::vector<bool> moving,
                                                   bool is_per_lane) const {
  const Program& body = plan_.body->program();
  const std::size_t size = plan_.types.size();
  // Parts of the state that begin to move in some step.
  for (bool is_new = true; is_new;) {
    is_new = false;
    const std::vector<bool> reached = body.differentiable_results(moving);
    for (std::size_t k = 0; k < size; ++k) {
      is_new |= reached[k] && !moving[k];
      moving[k] = moving[k] || reached[k];
    }
  }
  Push push;
  auto loop = std::make_shared<WhilePlan>();
  loop->types = plan_.types;
  loop->lanes = plan_.lanes;
  loop->is_batched = plan_.is_batched;
  for (std::size_t k = 0; k < plan_.operands(); ++k) {
    if (!moving[k]) continue;
    if (k < size) {
      push.state.push_back(k);
      loop->types.push_back(plan_.types[k]);
      continue;
    }
    push.outside.push_back(k);
    if (plan_.lanes > 0) loop->is_batched.push_back(is_per_lane || plan_.has_lane(k));
  }
  loop->outside = plan_.outside + push.outside.size();
  // Leaves in the order of the loop's operands; those of the operands themselves, and of tangents.
  struct Leaves {
    std::vector<Tensor> own, tangents;
  };
  const auto leaves_in = [&](Derivation& derivation) {
    Leaves leaves;
    std::vector<Tensor> of_state;
    for (std::size_t k = 0; k < size; ++k) leaves.own.push_back(derivation.leaf(plan_.type(k)));
    for (const std::size_t k : push.state) {
      leaves.tangents.push_back(derivation.leaf(plan_.type(k)));
    }
    for (std::size_t k = size; k < plan_.operands(); ++k) {
      leaves.own.push_back(derivation.leaf(plan_.type(k)));
    }
    for (const std::size_t k : push.outside) {
      leaves.tangents.push_back(derivation.leaf(plan_.type(k)));
    }
    return leaves;
  };
  {
    Derivation derivation;
    const Leaves leaves = leaves_in(derivation);
    loop->condition = std::make_shared<Callable>(
        derivation.finish(interpret(plan_.condition->program(), leaves.own, derivation.builder())));
  }
  Derivation derivation;
  const Leaves leaves = leaves_in(derivation);
  std::vector<Tensor> results = interpret(body, leaves.own, derivation.builder());
  std::vector<Tensor> moved = forward_sweep(results, nodes_of_leaves(leaves.own, moving),
                                            leaves.tangents, Policy::record_only);
  for (const std::size_t k : push.state) {
    results.push_back(moved[k].value.is_defined() ? std::move(moved[k]) : zeros_of(plan_.types[k]));
  }
  loop->body = std::make_shared<Callable>(derivation.finish(results));
  push.loop = std::move(loop);
  return push;
}

std::shared_ptr<Callable> WhileDerivatives::make_back(const std::vector<bool>& wanted,
                                                      const Program& body) const {
  const std::size_t size = plan_.types.size();
  Derivation derivation;
  Builder& builder = derivation.builder();
  const std::vector<Tensor> leaves = derivation.leaves(body);
  const std::vector<Tensor> results = interpret(body, leaves, builder);
  std::vector<bool> is_pulled = wanted;
  std::vector<Tensor> ends, cts;
  for (std::size_t k = 0; k < size; ++k) {
    is_pulled[k] = is_inexact(plan_.types[k].dtype);
    if (!is_pulled[k]) continue;
    ends.push_back(results[k]);
    cts.push_back(derivation.leaf(body.types[body.results[k]]));
  }
  std::vector<Tensor> pulled =
      reverse_sweep(ends, cts, nodes_of_leaves(leaves, is_pulled), Policy::record_only);
  for (std::size_t k = size, next = cts.size(); k < plan_.operands(); ++k) {
    if (!wanted[k]) continue;
    const Var before = builder.var(derivation.leaf(body.types[body.inputs[k]]));
    Tensor& own = pulled[next++];
    own = (before + builder.var(std::move(own))).tensor;
  }
  return std::make_shared<Callable>(derivation.finish(pulled));
}

WhileDerivatives::Batch WhileDerivatives::make_batch(std::vector<bool> is_batched,
                                                     std::int64_t count) const {
  const std::size_t size = plan_.types.size();
  const auto evaluated = [&](const Callable& callable, Derivation& derivation) {
    std::vector<Tensor> leaves;
    for (std::size_t k = 0; k < plan_.operands(); ++k) {
      const Type& type = plan_.type(k);
      leaves.push_back(derivation.leaf(is_batched[k] ? with_axis(type, count) : type));
      leaves.back().set_batched(is_batched[k]);
    }
    wg::Batch batch(derivation.builder());
    return interpret(callable.program(), leaves, batch);
  };
  auto loop = std::make_shared<WhilePlan>();
  loop->outside = plan_.outside;
  // Parts of the state that differ between examples in some step.
  for (bool is_new = true; is_new;) {
    is_new = false;
    Derivation derivation;
    std::vector<Tensor> results = evaluated(*plan_.body, derivation);
    for (std::size_t k = 0; k < size; ++k) {
      is_new |= results[k].is_batched() && !is_batched[k];
      is_batched[k] = is_batched[k] || results[k].is_batched();
    }
    if (is_new) continue;
    for (std::size_t k = 0; k < size; ++k) {
      const bool has_axis = results[k].is_batched();
      results[k].set_batched(false);
      if (!is_batched[k]) continue;
      results[k] =
          with_batch_axis(derivation.builder().var(std::move(results[k])), has_axis, count).tensor;
    }
    loop->body = std::make_shared<Callable>(derivation.finish(results));
  }
  Derivation derivation;
  std::vector<Tensor> holds = evaluated(*plan_.condition, derivation);
  if (!holds[0].is_batched()) {
    loop->condition = std::make_shared<Callable>(derivation.finish(holds));
    for (std::size_t k = 0; k < size; ++k) {
      const Type& type = plan_.types[k];
      loop->types.push_back(is_batched[k] ? with_axis(type, count) : type);
    }
  } else {
    loop->types = plan_.types;
    loop->condition = plan_.condition;
    loop->body = plan_.body;
    loop->lanes = count;
    const auto first = is_batched.begin() + static_cast<std::ptrdiff_t>(size);
    loop->is_batched.assign(first, is_batched.end());
    std::fill(is_batched.begin(), first, true);
  }
  return {std::move(loop), std::move(is_batched)};
}

}  // namespace wg
