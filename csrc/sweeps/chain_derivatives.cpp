#include "sweeps/chain_derivatives.h"

#include <algorithm>

#include "primitives/elementwise.h"
#include "sweeps/derivation.h"
#include "sweeps/forward.h"
#include "sweeps/interpret.h"
#include "sweeps/reverse.h"
#include "sweeps/split.h"

namespace wg {
namespace {

using From = StepInput::From;

ChainStep step_of(std::shared_ptr<const Program> program, std::vector<StepInput> sources) {
  return {Ref<Payload>::adopt(new Call(std::make_shared<Callable>(std::move(program)))),
          std::move(sources)};
}

/// The same loop over other steps.
std::shared_ptr<ChainPlan> like(const ChainPlan& plan) {
  auto made = std::make_shared<ChainPlan>();
  made->length = plan.length;
  made->first = plan.first;
  made->is_reversed = plan.is_reversed;
  made->scanned = plan.scanned;
  made->outside = plan.outside;
  return made;
}

StepInput source(From from, std::size_t number) {
  return {from, static_cast<std::uint32_t>(number)};
}

}  // namespace

const ChainDerivatives::Pull& ChainDerivatives::pull(const std::vector<bool>& wanted,
                                                     const std::vector<bool>& has_ct) {
  Question question{wanted, has_ct};
  const auto found = std::ranges::find(pulls_, question, &KeptPull::question);
  if (found != pulls_.end()) return found->pull;
  return pulls_.emplace_back(KeptPull{std::move(question), make_pull(wanted, has_ct)}).pull;
}

const ChainDerivatives::Push& ChainDerivatives::push(const std::vector<bool>& moving) {
  Question question{.first = moving, .second = {}};
  const auto found = std::ranges::find(pushes_, question, &KeptPush::question);
  if (found != pushes_.end()) return found->push;
  return pushes_.emplace_back(KeptPush{std::move(question), make_push(moving)}).push;
}

std::shared_ptr<const ChainPlan> ChainDerivatives::batch(const std::vector<bool>& is_batched,
                                                         std::int64_t count) {
  Question question{is_batched, {}, count};
  const auto found = std::ranges::find(batches_, question, &KeptBatch::question);
  if (found != batches_.end()) return found->chain;
  auto made = make_batch(is_batched, count);
  batches_.push_back({std::move(question), made});
  return made;
}

namespace {

/// A step backwards in the making: leaves by what they stand for.
struct StepBack {
  Derivation derivation;
  std::vector<StepInput> sources;

  Tensor leaf(const Type& type, From from, std::size_t number) {
    sources.push_back(source(from, number));
    return derivation.leaf(type);
  }
};

}  // namespace

ChainDerivatives::Pull ChainDerivatives::make_pull(const std::vector<bool>& wanted,
                                                   const std::vector<bool>& has_ct) const {
  Pull pull;
  const ChainStep& step = plan_.steps[0];
  const Program& body = step.body().program();
  const std::size_t size = plan_.types.size(), inputs = body.inputs.size();
  for (std::size_t k = 0; k < size; ++k) {
    if (is_inexact(plan_.types[k].dtype)) pull.carried.push_back(k);
  }
  for (std::size_t k = 0; k < plan_.scanned; ++k) {
    if (wanted[size + k]) pull.pulled.push_back(k);
  }
  for (std::size_t k = 0; k < plan_.outside; ++k) {
    if (wanted[size + plan_.scanned + k]) pull.summed.push_back(k);
  }
  // One step: its results, and cotangents of what it is given.
  std::vector<bool> is_pulled(inputs), is_at_hand(inputs), is_fixed(inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    const StepInput& own = step.sources[i];
    is_at_hand[i] = own.from != From::state;
    is_fixed[i] = own.from == From::outside;
    is_pulled[i] = own.from == From::state      ? is_inexact(plan_.types[own.number].dtype)
                   : own.from == From::position ? false
                                                : wanted[plan_.place(own)];
  }
  std::vector<StepInput> late;
  const std::shared_ptr<const Program> joint = [&] {
    Derivation derivation;
    const std::vector<Tensor> leaves = derivation.leaves(body);
    std::vector<Tensor> results = interpret(body, leaves, derivation.builder());
    std::vector<Tensor> ends, cts;
    for (std::size_t k = 0; k < results.size(); ++k) {
      const bool is_state = k < size;
      if (is_state ? !is_inexact(plan_.types[k].dtype) : !has_ct[k - size]) continue;
      ends.push_back(results[k]);
      cts.push_back(derivation.leaf(is_state ? plan_.types[k] : plan_.rows[k - size]));
      late.push_back(source(is_state ? From::state : From::scanned, is_state ? k : k - size));
    }
    for (Tensor& ct :
         reverse_sweep(ends, cts, nodes_of_leaves(leaves, is_pulled), Policy::record_only)) {
      results.push_back(std::move(ct));
    }
    return derivation.finish(results);
  }();
  const Split parts = split(*joint, inputs, body.results.size(), is_at_hand, is_fixed);

  auto forward = like(plan_);
  forward->types = plan_.types;
  forward->rows = plan_.rows;
  forward->rows.insert(forward->rows.end(), parts.kept.begin(), parts.kept.end());
  forward->steps.push_back(step_of(parts.first, step.sources));
  forward->extended = plan_.weak_from_this();

  auto back = like(plan_);
  back->is_reversed = !plan_.is_reversed;
  StepBack made;
  std::vector<Tensor> carried, summed, scanned, rows;
  const auto type_of = [&](From from, std::size_t number) {
    const auto at = std::ranges::find(step.sources, source(from, number));
    return body.types[body.inputs[static_cast<std::size_t>(at - step.sources.begin())]];
  };
  for (const std::size_t k : pull.carried) {
    back->types.push_back(plan_.types[k]);
    carried.push_back(made.leaf(plan_.types[k], From::state, carried.size()));
  }
  for (const std::size_t k : pull.summed) {
    back->types.push_back(type_of(From::outside, k));
    summed.push_back(made.leaf(back->types.back(), From::state, back->types.size() - 1));
  }
  for (const Type& type : parts.kept) {
    scanned.push_back(made.leaf(type, From::scanned, scanned.size()));
  }
  const std::size_t kept = scanned.size();
  for (const StepInput& own : late) {
    if (own.from != From::scanned) continue;
    rows.push_back(
        made.leaf(plan_.rows[own.number], From::scanned, kept + plan_.scanned + rows.size()));
  }
  back->scanned = kept + plan_.scanned + rows.size();
  // What the second part reads, in its order.
  std::vector<Tensor> given;
  for (std::size_t i = 0; i < inputs; ++i) {
    const StepInput& own = step.sources[i];
    if (own.from == From::state) continue;
    const std::size_t number = own.number + (own.from == From::scanned ? kept : 0);
    given.push_back(made.leaf(body.types[body.inputs[i]], own.from, number));
  }
  std::size_t of_state = 0, of_rows = 0;
  for (const StepInput& own : late) {
    given.push_back(own.from == From::state ? carried[of_state++] : rows[of_rows++]);
  }
  given.insert(given.end(), scanned.begin(), scanned.end());
  std::vector<Tensor> cts = interpret(*parts.second, given, made.derivation.builder());
  std::vector<Tensor> of_part(size), of_scanned(plan_.scanned), of_outside(plan_.outside);
  auto next = cts.begin();
  for (std::size_t i = 0; i < inputs; ++i) {
    if (!is_pulled[i]) continue;
    const StepInput& own = step.sources[i];
    auto& all = own.from == From::state     ? of_part
                : own.from == From::scanned ? of_scanned
                                            : of_outside;
    all[own.number] = std::move(*next++);
  }
  std::vector<Tensor> results;
  for (const std::size_t k : pull.carried) {
    Tensor& ct = of_part[k];
    results.push_back(ct.value.is_defined()
                          ? std::move(ct)
                          : Tensor(Array::zeros(plan_.types[k].dtype, plan_.types[k].shape())));
  }
  for (std::size_t k = 0; k < pull.summed.size(); ++k) {
    Builder& builder = made.derivation.builder();
    results.push_back(
        (builder.var(summed[k]) + builder.var(std::move(of_outside[pull.summed[k]]))).tensor);
  }
  for (const std::size_t k : pull.pulled) {
    back->rows.push_back(type_of(From::scanned, k));
    results.push_back(std::move(of_scanned[k]));
  }
  back->steps.push_back(step_of(made.derivation.finish(results), std::move(made.sources)));
  pull.forward = std::move(forward);
  pull.back = std::move(back);
  return pull;
}

ChainDerivatives::Push ChainDerivatives::make_push(std::vector<bool> moving) const {
  const ChainStep& step = plan_.steps[0];
  const Program& body = step.body().program();
  const std::size_t size = plan_.types.size();
  const auto moving_inputs = [&] {
    std::vector<bool> which;
    for (const StepInput& own : step.sources) {
      which.push_back(own.from != From::position && moving[plan_.place(own)]);
    }
    return which;
  };
  // Parts of the state that begin to move in some step.
  std::vector<bool> reached;
  for (bool is_new = true; is_new;) {
    is_new = false;
    reached = body.differentiable_results(moving_inputs());
    for (std::size_t k = 0; k < size; ++k) {
      is_new |= reached[k] && !moving[k];
      moving[k] = moving[k] || reached[k];
    }
  }
  Push push;
  std::vector<std::size_t> numbers(moving.size());  // among those of one kind that move
  std::size_t counts[3] = {};
  for (std::size_t k = 0; k < moving.size(); ++k) {
    if (!moving[k]) continue;
    numbers[k] = counts[k < size ? 0 : k < size + plan_.scanned ? 1 : 2]++;
    push.moving.push_back(k);
  }
  const std::vector<bool> which = moving_inputs();
  Derivation derivation;
  const std::vector<Tensor> leaves = derivation.leaves(body);
  std::vector<StepInput> sources = step.sources;
  std::vector<Tensor> tangents;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (!which[i]) continue;
    const StepInput& own = step.sources[i];
    const std::size_t before = own.from == From::state     ? size
                               : own.from == From::scanned ? plan_.scanned
                                                           : plan_.outside;
    sources.push_back(source(own.from, before + numbers[plan_.place(own)]));
    tangents.push_back(derivation.leaf(leaves[i].type()));
  }
  const std::vector<Tensor> values = interpret(body, leaves, derivation.builder());
  std::vector<Tensor> moved =
      forward_sweep(values, nodes_of_leaves(leaves, which), tangents, Policy::record_only);
  auto moved_chain = like(plan_);
  moved_chain->types = plan_.types;
  moved_chain->rows = plan_.rows;
  moved_chain->scanned += counts[1];
  moved_chain->outside += counts[2];
  std::vector<Tensor> results(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(size));
  const auto add_tangent = [&](std::size_t k) {
    if (!moved[k].value.is_defined()) {
      moved[k] = Array::zeros(values[k].dtype(), values[k].value.shape());
    }
    results.push_back(std::move(moved[k]));
  };
  for (std::size_t k = 0; k < size; ++k) {
    if (!moving[k]) continue;
    moved_chain->types.push_back(plan_.types[k]);
    add_tangent(k);
  }
  results.insert(results.end(), values.begin() + static_cast<std::ptrdiff_t>(size), values.end());
  for (std::size_t k = size; k < values.size(); ++k) {
    if (!reached[k]) continue;
    push.moved.push_back(k - size);
    moved_chain->rows.push_back(plan_.rows[k - size]);
    add_tangent(k);
  }
  moved_chain->steps.push_back(step_of(derivation.finish(results), std::move(sources)));
  push.chain = std::move(moved_chain);
  return push;
}

std::shared_ptr<const ChainPlan> ChainDerivatives::make_batch(const std::vector<bool>& is_batched,
                                                              std::int64_t count) const {
  auto batched = like(plan_);
  batched->order = plan_.order;
  batched->snapshots = plan_.snapshots;
  for (const Type& type : plan_.types) batched->types.push_back(with_axis(type, count));
  for (const Type& type : plan_.rows) batched->rows.push_back(with_axis(type, count));
  for (const ChainStep& step : plan_.steps) {
    std::vector<bool> of_step;
    for (const StepInput& own : step.sources) {
      of_step.push_back(own.from != From::position && is_batched[plan_.place(own)]);
    }
    auto callable = step.body().callable()->batch(of_step, count);
    batched->steps.push_back({Ref<Payload>::adopt(new Call(std::move(callable))), step.sources});
  }
  if (const auto extended = plan_.extended.lock()) {
    batched->extended = derivatives_of(*extended).batch(is_batched, count);
  }
  return batched;
}

std::vector<Var> ChainCall::jvp_by_chain(std::span<const Var> x, std::span<const Var> tangents,
                                         Builder& builder) const {
  const std::size_t size = chain_->types.size(), scanned = chain_->scanned;
  std::vector<bool> moving;
  for (std::size_t k = 0; k < x.size(); ++k) {
    moving.push_back(tangents[k] && is_inexact(x[k].dtype()));
  }
  const ChainDerivatives::Push& push = derivatives_of(*chain_).push(moving);
  std::vector<Tensor> operands;
  const auto add = [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) operands.push_back(x[k].tensor);
    for (const std::size_t k : push.moving) {
      if (k < begin || k >= end) continue;
      operands.push_back(tangents[k] ? tangents[k].tensor
                                     : Tensor(Array::zeros(x[k].dtype(), x[k].shape())));
    }
  };
  add(0, size);
  add(size, size + scanned);
  add(size + scanned, x.size());
  std::vector<Tensor> all = apply_chain(push.chain, std::move(operands), builder);
  std::vector<Var> moved(size + chain_->rows.size());
  std::size_t next = size;
  for (const std::size_t k : push.moving) {
    if (k < size) moved[k] = builder.var(std::move(all[next++]));
  }
  next += chain_->rows.size();
  for (const std::size_t row : push.moved) moved[size + row] = builder.var(std::move(all[next++]));
  return moved;
}

void ChainCall::pull_by_chains(std::span<const Tensor> x, std::span<const Tensor> moving,
                               const std::vector<bool>& wanted, Builder& builder,
                               std::vector<Tensor>& sums) const {
  const std::size_t size = chain_->types.size(), scanned = chain_->scanned;
  std::vector<bool> has_ct;
  for (const Tensor& ct : moving.subspan(size)) has_ct.push_back(ct.value.is_defined());
  const ChainDerivatives::Pull& pull = derivatives_of(*chain_).pull(wanted, has_ct);
  std::vector<Tensor> kept = apply_chain(pull.forward, {x.begin(), x.end()}, builder);
  std::vector<Tensor> operands;
  const auto add_or_zeros = [&](const Tensor& ct, const Type& type) {
    operands.push_back(ct.value.is_defined() ? ct : Tensor(Array::zeros(type.dtype, type.shape())));
  };
  for (const std::size_t k : pull.carried) add_or_zeros(moving[k], chain_->types[k]);
  for (std::size_t k = 0; k < pull.summed.size(); ++k) {
    add_or_zeros({}, pull.back->types[pull.carried.size() + k]);
  }
  const auto first_kept = static_cast<std::ptrdiff_t>(size + chain_->rows.size());
  operands.insert(operands.end(), std::make_move_iterator(kept.begin() + first_kept),
                  std::make_move_iterator(kept.end()));
  operands.insert(operands.end(), x.begin() + state_size(),
                  x.begin() + static_cast<std::ptrdiff_t>(size + scanned));
  for (const Tensor& ct : moving.subspan(size)) {
    if (ct.value.is_defined()) operands.push_back(ct);
  }
  operands.insert(operands.end(), x.begin() + static_cast<std::ptrdiff_t>(size + scanned), x.end());
  std::vector<Tensor> cts = apply_chain(pull.back, std::move(operands), builder);
  auto next = cts.begin();
  for (const std::size_t k : pull.carried) {
    if (wanted[k]) sums[k] = std::move(*next);
    ++next;
  }
  for (const std::size_t k : pull.summed) sums[size + scanned + k] = std::move(*next++);
  for (const std::size_t k : pull.pulled) sums[size + k] = std::move(*next++);
}

}  // namespace wg
