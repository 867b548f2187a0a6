#include "sweeps/chain.h"

#include <algorithm>
#include <string>

#include "primitives/dependence.h"
#include "primitives/indexing.h"

namespace wg {

Dims ChainPlan::index(std::size_t which, std::int64_t k) const {
  Dims index;
  for (int axis = 0; axis < scanned[which]; ++axis) basic_index::add_whole(index);
  basic_index::add_integer(index, k);
  return index;
}

std::vector<Array> ChainCall::evaluate(std::span<Tensor> x) const {
  return advance(0, chain_->length(), arrays_of(x.first(chain_->types.size())), x);
}

void ChainCall::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                    Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  std::vector<Tensor> operands, moving(chain_->types.size());
  std::vector<bool> is_wanted;
  for (std::size_t k = 0; k < x.size(); ++k) {
    operands.push_back(x[k].tensor);
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  for (std::size_t k = 0; k < cts.size(); ++k) {
    if (cts[k]) moving[k] = cts[k].tensor;
  }
  std::vector<Tensor> sums(x.size());
  if (builder.records()) {
    pull_recorded(operands, moving, is_wanted, builder, sums);
  } else {
    pull_by_schedule(operands, moving, is_wanted, builder, sums);
  }
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (sums[k].value.is_defined()) contributions[k] = builder.var(std::move(sums[k]));
  }
}

std::vector<Var> ChainCall::jvp(std::span<const Var> x, std::span<const Var>,
                                std::span<const Var> tangents, Builder& builder) const {
  std::vector<Tensor> operands;
  for (const Var& operand : x) operands.push_back(operand.tensor);
  std::vector<Tensor> state(operands.begin(), operands.begin() + state_size());
  std::vector<Var> moving(tangents.begin(), tangents.begin() + state_size());
  for (std::int64_t k = 0; k < chain_->length(); ++k) {
    const Step& step = chain_->step(k);
    std::vector<Tensor> given = inputs(k, state, operands, builder);
    std::vector<Var> values, moves;
    for (std::size_t i = 0; i < given.size(); ++i) {
      values.push_back(builder.var(given[i]));
      moves.push_back(tangent_of(step.sources[i], k, moving, tangents));
    }
    const bool is_any = std::ranges::any_of(moves, [](const Var& t) { return bool(t); });
    moving = is_any ? step.body().jvp(values, {}, moves, builder) : std::vector<Var>(state.size());
    state = builder.apply_compound(call_primitive(), step.call, given);
  }
  return moving;
}

std::vector<Var> ChainCall::batch(std::span<Var> x, std::span<const bool> is_batched,
                                  Builder& builder) const {
  if (!is_derivable()) return batch_by_steps(x, is_batched, builder);
  const std::int64_t count = batch_length(x, is_batched);
  auto batched = std::make_shared<ChainPlan>(*chain_);
  std::vector<bool> flags(is_batched.begin(), is_batched.end());
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (k < chain_->types.size()) {
      x[k] = with_batch_axis(std::move(x[k]), is_batched[k], count);
      flags[k] = true;
    } else if (k < chain_->types.size() + chain_->scanned.size()) {
      batched->scanned[k - chain_->types.size()] += flags[k];
    }
    operands.push_back(std::move(x[k].tensor));
  }
  for (Type& type : batched->types) {
    Shape shape(type.shape());
    shape.insert(0, count);
    type = Type(type.dtype, shape, type.is_weak);
  }
  for (Step& step : batched->steps) {
    std::vector<bool> of_step;
    for (const Source& source : step.sources) of_step.push_back(flags[chain_->place(source)]);
    step.call = Ref<Payload>::adopt(new Call(step.body().callable()->batch(of_step, count)));
  }
  std::vector<Tensor> results;
  const bool is_kept =
      builder.policy() == Policy::eager &&
      std::ranges::any_of(operands, [](const Tensor& operand) { return operand.is_tracked(); });
  if (is_kept) {
    results = ChainCall(batched, {}).run_keeping(operands);
  } else {
    auto payload = Ref<Payload>::adopt(new ChainCall(std::move(batched), {}));
    results = builder.apply_compound(chain_primitive(), std::move(payload), operands);
  }
  std::vector<Var> all;
  for (Tensor& y : results) all.push_back(builder.var(std::move(y)));
  return all;
}

void ChainCall::sparsity(std::span<const Tensor> x, std::size_t, const Type& y,
                         Dependence& dependence) const {
  state_all(x, 0, y, dependence);
}

bool ChainCall::is_holomorphic() const {
  return std::ranges::all_of(chain_->steps,
                             [](const Step& step) { return step.body().is_holomorphic(); });
}

bool ChainCall::is_derivable() const {
  return std::ranges::all_of(chain_->steps,
                             [](const Step& step) { return step.body().is_derivable(); });
}

bool ChainCall::is_linear(const std::vector<bool>& dependent) const {
  return std::ranges::all_of(chain_->steps, [&](const Step& step) {
    std::vector<bool> of_step;
    for (const Source& source : step.sources) {
      of_step.push_back(source.from == Source::From::state || dependent[chain_->place(source)]);
    }
    return step.body().is_linear(of_step);
  });
}

Ref<Payload> ChainCall::without_values() const {
  return Ref<Payload>::adopt(new ChainCall(chain_, {}));
}

void ChainCall::words(std::vector<std::int64_t>& words, Constants constants) const {
  for (const Step& step : chain_->steps) {
    step.body().words(words, constants);
    for (const Source& source : step.sources) {
      words.push_back(static_cast<std::int64_t>(chain_->place(source)));
    }
  }
  words.insert(words.end(), chain_->order.begin(), chain_->order.end());
  words.insert(words.end(), chain_->scanned.begin(), chain_->scanned.end());
}

std::string ChainCall::text() const {
  return "steps=" + std::to_string(chain_->length()) +
         ", programs=" + std::to_string(chain_->steps.size()) +
         ", snapshots=" + std::to_string(chain_->snapshots);
}

std::vector<Array> ChainCall::arrays_of(std::span<const Tensor> tensors) {
  std::vector<Array> arrays;
  for (const Tensor& tensor : tensors) arrays.push_back(tensor.value);
  return arrays;
}

std::vector<Tensor> ChainCall::inputs(std::int64_t k, std::span<const Tensor> state,
                                      std::span<const Tensor> x, Builder& builder) const {
  std::vector<Tensor> given;
  for (const Source& source : chain_->step(k).sources) {
    if (source.from == Source::From::state) {
      given.push_back(state[source.number]);
    } else if (source.from == Source::From::scanned) {
      const Var whole = builder.var(x[chain_->place(source)]);
      given.push_back(slice(whole, chain_->index(source.number, k)).tensor);
    } else {
      given.push_back(x[chain_->place(source)]);
    }
  }
  return given;
}

Var ChainCall::tangent_of(const Source& source, std::int64_t k, std::span<const Var> state,
                          std::span<const Var> tangents) const {
  if (source.from == Source::From::state) return state[source.number];
  const Var& tangent = tangents[chain_->place(source)];
  if (!tangent || source.from == Source::From::outside) return tangent;
  return slice(tangent, chain_->index(source.number, k));
}

std::vector<Array> ChainCall::advance(std::int64_t first, std::int64_t last,
                                      std::vector<Array> state, std::span<const Tensor> x) const {
  Evaluate evaluate;
  std::vector<Tensor> current(state.begin(), state.end());
  state.clear();
  for (std::int64_t k = first; k < last; ++k) {
    std::vector<Tensor> given = inputs(k, current, x, evaluate);
    current = evaluate.apply_compound(call_primitive(), chain_->step(k).call, given);
  }
  return arrays_of(current);
}

std::vector<Var> ChainCall::batch_by_steps(std::span<Var> x, std::span<const bool> is_batched,
                                           Builder& builder) const {
  const std::int64_t count = batch_length(x, is_batched);
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    operands.push_back(x[k].tensor);
    operands.back().set_batched(is_batched[k]);
  }
  Batch batch(builder);
  std::vector<Tensor> state(operands.begin(), operands.begin() + state_size());
  for (std::int64_t k = 0; k < chain_->length(); ++k) {
    std::vector<Tensor> given = inputs(k, state, operands, batch);
    state = batch.apply_compound(call_primitive(), chain_->step(k).call, given);
  }
  std::vector<Var> results;
  for (Tensor& part : state) {
    const bool has_axis = part.is_batched();
    part.set_batched(false);
    results.push_back(with_batch_axis(builder.var(std::move(part)), has_axis, count));
  }
  return results;
}

std::vector<Tensor> ChainCall::run_keeping(std::span<const Tensor> x) const {
  Snapshots snapshots(chain_->length(), chain_->snapshots);
  std::vector<Array> state = arrays_of(x.first(chain_->types.size()));
  for (std::int64_t k = 0; k < chain_->length(); ++k) {
    snapshots.enter(k, state);
    state = advance(k, k + 1, std::move(state), x);
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : x) operands.push_back(&operand);
  auto payload = Ref<Payload>::adopt(new ChainCall(chain_, snapshots.take()));
  return record_compound(chain_primitive(), std::move(payload), operands, std::move(state));
}

const Primitive& chain_primitive() {
  static const Primitive row = [] {
    Primitive chain = compound_row("checkpoint_chain");
    chain.is_fallible = true;
    return chain;
  }();
  return row;
}

}  // namespace wg
