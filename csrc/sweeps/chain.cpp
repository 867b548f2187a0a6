#include "sweeps/chain.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/copy.h"
#include "core/host.h"
#include "primitives/dependence.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "sweeps/chain_derivatives.h"
#include "sweeps/derivation.h"
#include "sweeps/interpret.h"
#include "sweeps/sparsity.h"

namespace wg {

namespace {

constexpr std::int64_t steps_per_poll = 1024;

Dims index_of(std::int64_t element) {
  Dims index;
  basic_index::add_integer(index, element);
  return index;
}

/// Of the rows of steps; what has an axis is not weak.
Type stacked(const Type& row, std::int64_t length) {
  Type type = with_axis(row, length);
  type.is_weak = false;
  return type;
}

/// What steps give beside the state, each where its element stands.
class RowsOfSteps {
 public:
  explicit RowsOfSteps(const ChainPlan& plan) {
    for (const Type& type : plan.rows) {
      const Type whole = stacked(type, plan.length);
      rows_.push_back(Array::empty(whole.dtype, whole.layout));
    }
  }
  void put(std::size_t row, std::int64_t element, const Array& value) {
    const Array from = dense(value);
    const auto bytes = static_cast<std::size_t>(from.size()) * item_size(from.dtype());
    std::byte* const to = rows_[row].mutable_data() + static_cast<std::size_t>(element) * bytes;
    if (bytes > 0) std::memcpy(to, from.data(), bytes);
  }
  std::vector<Array> take() { return std::move(rows_); }

 private:
  std::vector<Array> rows_;
};

}  // namespace

std::vector<Type> ChainCall::infer(std::span<const Type>) const {
  std::vector<Type> all = chain_->types;
  for (const Type& row : chain_->rows) all.push_back(stacked(row, chain_->length));
  return all;
}

std::vector<Array> ChainCall::evaluate(std::span<Tensor> x) const {
  if (chain_->rows.empty()) {
    return advance(0, chain_->length, arrays_of(x.first(chain_->types.size())), x);
  }
  RowsOfSteps rows(*chain_);
  Evaluate evaluate;
  const std::size_t size = chain_->types.size();
  std::vector<Tensor> state;
  for (const Tensor& part : x.first(size)) state.emplace_back(dense(part.value));
  for (std::int64_t k = 0; k < chain_->length; ++k) {
    if (k % steps_per_poll == 0) poll_host();
    std::vector<Tensor> given = inputs(k, state, x, evaluate);
    state.clear();
    std::vector<Tensor> all =
        evaluate.apply_compound(call_primitive(), chain_->step(k).call, given);
    for (std::size_t row = 0; row < chain_->rows.size(); ++row) {
      rows.put(row, chain_->element(k), all[size + row].value);
    }
    all.resize(size);
    state = std::move(all);
    weigh(state);
  }
  std::vector<Array> results = arrays_of(state);
  for (Array& row : rows.take()) results.push_back(std::move(row));
  return results;
}

void ChainCall::vjp(std::span<const Var> x, std::span<const Var>, std::span<const Var> cts,
                    Wanted wanted, Builder& builder, std::span<Contribution> contributions) const {
  std::vector<Tensor> operands, moving(chain_->types.size() + chain_->rows.size());
  std::vector<bool> is_wanted;
  for (std::size_t k = 0; k < x.size(); ++k) {
    operands.push_back(x[k].tensor);
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  for (std::size_t k = 0; k < cts.size(); ++k) {
    if (cts[k]) moving[k] = cts[k].tensor;
  }
  std::vector<Tensor> sums(x.size());
  if (chain_->snapshots == 0) {
    pull_by_chains(operands, moving, is_wanted, builder, sums);
  } else if (builder.records()) {
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
  if (chain_->snapshots == 0) return jvp_by_chain(x, tangents, builder);
  std::vector<Tensor> operands;
  for (const Var& operand : x) operands.push_back(operand.tensor);
  std::vector<Tensor> state(operands.begin(), operands.begin() + state_size());
  std::vector<Var> moving(tangents.begin(), tangents.begin() + state_size());
  for (std::int64_t k = 0; k < chain_->length; ++k) {
    const ChainStep& step = chain_->step(k);
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
  std::vector<bool> flags(is_batched.begin(), is_batched.end());
  std::vector<Tensor> operands;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const bool is_scanned = k >= chain_->types.size() && k < chain_->types.size() + chain_->scanned;
    if (k < chain_->types.size()) {
      x[k] = with_batch_axis(std::move(x[k]), is_batched[k], count);
      flags[k] = true;
    } else if (is_scanned && is_batched[k]) {
      x[k] = move_axis(x[k], 0, 1);
    }
    operands.push_back(std::move(x[k].tensor));
  }
  std::shared_ptr<const ChainPlan> batched = derivatives_of(*chain_).batch(flags, count);
  std::vector<Tensor> results;
  const bool is_kept =
      chain_->snapshots > 0 && builder.policy() == Policy::eager &&
      std::ranges::any_of(operands, [](const Tensor& operand) { return operand.is_tracked(); });
  if (is_kept) {
    results = ChainCall(batched, {}).run_keeping(operands);
  } else {
    results = apply_chain(std::move(batched), std::move(operands), builder);
  }
  std::vector<Var> all;
  for (Tensor& y : results) {
    Var own = builder.var(std::move(y));
    all.push_back(all.size() < chain_->types.size() ? std::move(own) : move_axis(own, 0, 1));
  }
  return all;
}

void ChainCall::sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                         Dependence& dependence) const {
  if (chain_->snapshots > 0) return state_all(x, 0, y, dependence);
  // As of a call, but that of all steps.
  Derivation derivation;
  std::vector<Tensor> leaves;
  for (const Tensor& operand : x) leaves.push_back(derivation.leaf(operand.type()));
  std::vector<Tensor> state(leaves.begin(), leaves.begin() + state_size());
  const bool is_row = result >= state.size();
  std::vector<Var> rows(is_row ? static_cast<std::size_t>(chain_->length) : 0);
  for (std::int64_t k = 0; k < chain_->length; ++k) {
    const std::vector<Tensor> given = inputs(k, state, leaves, derivation.builder());
    std::vector<Tensor> all =
        interpret(chain_->step(k).body().program(), given, derivation.builder());
    if (is_row) {
      rows[static_cast<std::size_t>(chain_->element(k))] = derivation.builder().var(all[result]);
    }
    all.resize(state.size());
    state = std::move(all);
  }
  if (is_row && rows.empty()) return;
  state_pattern(is_row ? stack(rows, -y.ndim()).tensor : state[result], leaves, dependence);
}

bool ChainCall::is_holomorphic() const {
  return std::ranges::all_of(chain_->steps,
                             [](const ChainStep& step) { return step.body().is_holomorphic(); });
}

bool ChainCall::is_derivable() const {
  return std::ranges::all_of(chain_->steps,
                             [](const ChainStep& step) { return step.body().is_derivable(); });
}

bool ChainCall::is_linear(const std::vector<bool>& dependent) const {
  return std::ranges::all_of(chain_->steps, [&](const ChainStep& step) {
    std::vector<bool> of_step;
    for (const StepInput& source : step.sources) {
      of_step.push_back(source.from == StepInput::From::state || dependent[chain_->place(source)]);
    }
    return step.body().is_linear(of_step);
  });
}

Ref<Payload> ChainCall::without_values() const {
  return Ref<Payload>::adopt(new ChainCall(chain_, {}));
}

void ChainCall::words(std::vector<std::int64_t>& words, Constants constants) const {
  for (const ChainStep& step : chain_->steps) {
    step.body().words(words, constants);
    for (const StepInput& source : step.sources) {
      words.push_back(static_cast<std::int64_t>(chain_->place(source)));
    }
  }
  words.insert(words.end(), chain_->order.begin(), chain_->order.end());
  for (const std::int64_t word : {chain_->length, chain_->first, std::int64_t{chain_->is_reversed},
                                  static_cast<std::int64_t>(chain_->types.size()),
                                  static_cast<std::int64_t>(chain_->scanned), chain_->snapshots}) {
    words.push_back(word);
  }
}

std::string ChainCall::text() const {
  return "steps=" + std::to_string(chain_->length) +
         ", programs=" + std::to_string(chain_->steps.size()) +
         (chain_->snapshots > 0 ? ", snapshots=" + std::to_string(chain_->snapshots) : "");
}

std::vector<Array> ChainCall::arrays_of(std::span<const Tensor> tensors) {
  std::vector<Array> arrays;
  for (const Tensor& tensor : tensors) arrays.push_back(tensor.value);
  return arrays;
}

std::vector<Tensor> ChainCall::inputs(std::int64_t k, std::span<const Tensor> state,
                                      std::span<const Tensor> x, Builder& builder) const {
  std::vector<Tensor> given;
  for (const StepInput& source : chain_->step(k).sources) {
    if (source.from == StepInput::From::state) {
      given.push_back(state[source.number]);
    } else if (source.from == StepInput::From::scanned) {
      const Var whole = builder.var(x[chain_->place(source)]);
      given.push_back(slice(whole, index_of(chain_->element(k))).tensor);
    } else if (source.from == StepInput::From::position) {
      given.emplace_back(Array::scalar(chain_->first + chain_->element(k), true));
    } else {
      given.push_back(x[chain_->place(source)]);
    }
  }
  // An element of an array has a dtype, where the step may have been recorded with a number.
  const Program& program = chain_->step(k).body().program();
  for (std::size_t i = 0; i < given.size(); ++i) {
    given[i].value.set_weak(program.types[program.inputs[i]].is_weak);
  }
  return given;
}

Var ChainCall::tangent_of(const StepInput& source, std::int64_t k, std::span<const Var> state,
                          std::span<const Var> tangents) const {
  if (source.from == StepInput::From::state) return state[source.number];
  if (source.from == StepInput::From::position) return {};
  const Var& tangent = tangents[chain_->place(source)];
  if (!tangent || source.from == StepInput::From::outside) return tangent;
  return slice(tangent, index_of(chain_->element(k)));
}

std::vector<Array> ChainCall::advance(std::int64_t first, std::int64_t last,
                                      std::vector<Array> state, std::span<const Tensor> x) const {
  Evaluate evaluate;
  std::vector<Tensor> current(state.begin(), state.end());
  state.clear();
  for (std::int64_t k = first; k < last; ++k) {
    std::vector<Tensor> given = inputs(k, current, x, evaluate);
    current = evaluate.apply_compound(call_primitive(), chain_->step(k).call, given);
    weigh(current);
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
  for (std::int64_t k = 0; k < chain_->length; ++k) {
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
  Snapshots snapshots(chain_->length, chain_->snapshots);
  std::vector<Array> state = arrays_of(x.first(chain_->types.size()));
  for (std::int64_t k = 0; k < chain_->length; ++k) {
    snapshots.enter(k, state);
    state = advance(k, k + 1, std::move(state), x);
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : x) operands.push_back(&operand);
  auto payload = Ref<Payload>::adopt(new ChainCall(chain_, snapshots.take()));
  return record_compound(chain_primitive(), std::move(payload), operands, std::move(state));
}

void ChainCall::weigh(std::span<Tensor> state) const {
  for (std::size_t k = 0; k < state.size(); ++k) state[k].value.set_weak(chain_->types[k].is_weak);
}

std::vector<Tensor> apply_chain(std::shared_ptr<const ChainPlan> plan, std::vector<Tensor> operands,
                                Builder& builder) {
  const Primitive& primitive = primitive_of(*plan);
  auto payload = Ref<Payload>::adopt(new ChainCall(std::move(plan), {}));
  return builder.apply_compound(primitive, std::move(payload), operands);
}

const Primitive& loop_primitive() {
  static const Primitive row = [] {
    Primitive loop = compound_row("loop");
    loop.is_fallible = true;
    return loop;
  }();
  return row;
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
