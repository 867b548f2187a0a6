#include "sweeps/chain.h"

#include <algorithm>
#include <string_view>

#include "core/copy.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/schedule.h"

namespace wg {
namespace {

/// What a chain is, but for the states that a node of it keeps.
struct ChainPlan {
  std::vector<Type> types;  // of the state
  std::vector<Step> steps;
  std::vector<std::uint32_t> order;
  std::int64_t snapshots;
  std::vector<int> scanned;  // for each array that is scanned: how many batch axes are in front

  std::int64_t length() const { return static_cast<std::int64_t>(order.size()); }
  const Step& step(std::int64_t k) const { return steps[order[static_cast<std::size_t>(k)]]; }

  /// The index of element k of an array that is scanned.
  Dims index(std::size_t which, std::int64_t k) const {
    Dims index;
    for (int axis = 0; axis < scanned[which]; ++axis) basic_index::add_whole(index);
    basic_index::add_integer(index, k);
    return index;
  }
  std::size_t place(const Source& source) const {
    return source.number + (source.from == Source::From::state     ? 0
                            : source.from == Source::From::scanned ? types.size()
                                                                   : types.size() + scanned.size());
  }
};

const Primitive& chain_primitive() {
  static const Primitive row = [] {
    Primitive chain = compound_row("checkpoint_chain");
    chain.is_fallible = true;
    return chain;
  }();
  return row;
}

/// Operands are the first state, what is scanned, and what the steps read from outside.
class ChainCall final : public Compound {
 public:
  ChainCall(std::shared_ptr<const ChainPlan> chain, States states)
      : chain_(std::move(chain)), states_(std::move(states)) {}

  std::vector<Type> infer(std::span<const Type>) const override { return chain_->types; }

  std::vector<Array> evaluate(std::span<Tensor> x) const override {
    return advance(0, chain_->length(), arrays_of(x.first(chain_->types.size())), x);
  }

  void vjp(std::span<const Var> x, std::span<const Var> cts, Wanted wanted, Builder& builder,
           std::span<Contribution> contributions) const override {
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

  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> tangents,
                       Builder& builder) const override {
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
        moves.push_back(tangent_of(step.sources[i], k, moving, tangents, builder));
      }
      const bool is_any = std::ranges::any_of(moves, [](const Var& t) { return bool(t); });
      moving = is_any ? step.body().jvp(values, moves, builder) : std::vector<Var>(state.size());
      state = builder.apply_compound(call_primitive(), step.call, given);
    }
    return moving;
  }

  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override {
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

  void sparsity(std::span<const Tensor> x, std::size_t, const Type& y,
                Dependence& dependence) const override {
    state_all(x, 0, y, dependence);
  }

  bool is_holomorphic() const override {
    return std::ranges::all_of(chain_->steps,
                               [](const Step& step) { return step.body().is_holomorphic(); });
  }

  bool is_differentiable(std::size_t) const override { return true; }

  bool is_derivable() const override {
    return std::ranges::all_of(chain_->steps,
                               [](const Step& step) { return step.body().is_derivable(); });
  }

  bool is_linear(const std::vector<bool>& dependent) const override {
    return std::ranges::all_of(chain_->steps, [&](const Step& step) {
      std::vector<bool> of_step;
      for (const Source& source : step.sources) {
        of_step.push_back(source.from == Source::From::state || dependent[chain_->place(source)]);
      }
      return step.body().is_linear(of_step);
    });
  }

  Ref<Payload> without_values() const override {
    return Ref<Payload>::adopt(new ChainCall(chain_, {}));
  }

  void words(std::vector<std::int64_t>& words, Constants constants) const override {
    for (const Step& step : chain_->steps) {
      step.body().words(words, constants);
      for (const Source& source : step.sources) {
        words.push_back(static_cast<std::int64_t>(chain_->place(source)));
      }
    }
    words.insert(words.end(), chain_->order.begin(), chain_->order.end());
    words.insert(words.end(), chain_->scanned.begin(), chain_->scanned.end());
  }

  std::string text() const override {
    return "steps=" + std::to_string(chain_->length()) +
           ", programs=" + std::to_string(chain_->steps.size()) +
           ", snapshots=" + std::to_string(chain_->snapshots);
  }

 private:
  std::ptrdiff_t state_size() const { return static_cast<std::ptrdiff_t>(chain_->types.size()); }

  static std::vector<Array> arrays_of(std::span<const Tensor> tensors) {
    std::vector<Array> arrays;
    for (const Tensor& tensor : tensors) arrays.push_back(tensor.value);
    return arrays;
  }

  /// What step k is given.
  std::vector<Tensor> inputs(std::int64_t k, std::span<const Tensor> state,
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

  Var tangent_of(const Source& source, std::int64_t k, std::span<const Var> state,
                 std::span<const Var> tangents, Builder&) const {
    if (source.from == Source::From::state) return state[source.number];
    const Var& tangent = tangents[chain_->place(source)];
    if (!tangent || source.from == Source::From::outside) return tangent;
    return slice(tangent, chain_->index(source.number, k));
  }

  /// The state before step `last`, from that before step `first`.
  std::vector<Array> advance(std::int64_t first, std::int64_t last, std::vector<Array> state,
                             std::span<const Tensor> x) const {
    Evaluate evaluate;
    std::vector<Tensor> current(state.begin(), state.end());
    state.clear();
    for (std::int64_t k = first; k < last; ++k) {
      std::vector<Tensor> given = inputs(k, current, x, evaluate);
      current = evaluate.apply_compound(call_primitive(), chain_->step(k).call, given);
    }
    return arrays_of(current);
  }

  /// Step by step, each for all examples, where no program of the batch can be derived.
  std::vector<Var> batch_by_steps(std::span<Var> x, std::span<const bool> is_batched,
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

  /// Evaluates and records, and keeps the states that the sweep will begin with.
  std::vector<Tensor> run_keeping(std::span<const Tensor> x) const {
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

  /// Goes back step by step, from states that are kept, or computed again by the schedule.
  void pull_by_schedule(std::span<const Tensor> x, std::vector<Tensor> moving,
                        const std::vector<bool>& wanted, Builder& builder,
                        std::vector<Tensor>& sums) const {
    const std::vector<Tensor> values = [&] {
      const std::vector<Array> arrays = arrays_of(x);
      return std::vector<Tensor>(arrays.begin(), arrays.end());
    }();
    States kept{{0, arrays_of(x.first(chain_->types.size()))}};
    kept.insert(kept.end(), states_.begin(), states_.end());
    for (std::int64_t end = chain_->length(); end > 0; --end) {
      while (kept.back().first < end - 1) {
        const auto& [at, state] = kept.back();
        const std::int64_t free = chain_->snapshots - static_cast<std::int64_t>(kept.size()) + 1;
        if (free <= 1) break;
        const std::int64_t next = at + steps_to_snapshot(end - at, free);
        std::vector<Array> reached = advance(at, next, state, values);
        kept.emplace_back(next, std::move(reached));
      }
      const auto& [at, state] = kept.back();
      const std::vector<Array> before = at == end - 1 ? state : advance(at, end - 1, state, values);
      if (at == end - 1) kept.pop_back();
      if (!pull_step(end - 1, before, values, wanted, builder, moving, sums)) return;
    }
    for (std::size_t k = 0; k < moving.size(); ++k) {
      if (wanted[k]) sums[k] = std::move(moving[k]);
    }
  }

  /// The state's cotangents before a step, from those behind it. False if none gets through.
  bool pull_step(std::int64_t k, const std::vector<Array>& before, std::span<const Tensor> x,
                 const std::vector<bool>& wanted, Builder& builder, std::vector<Tensor>& moving,
                 std::vector<Tensor>& sums) const {
    const Step& step = chain_->step(k);
    Evaluate evaluate;
    const std::vector<Tensor> state(before.begin(), before.end());
    const std::vector<Tensor> given = inputs(k, state, x, evaluate);
    std::vector<bool> of_step;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const bool is_state = step.sources[i].from == Source::From::state;
      of_step.push_back(is_state ? is_inexact(given[i].dtype())
                                 : wanted[chain_->place(step.sources[i])]);
    }
    std::vector<Tensor> parts = step.body().pull(given, moving, of_step, builder);
    moving.assign(before.size(), Tensor());
    bool is_any = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].value.is_defined()) continue;
      const Source& source = step.sources[i];
      if (source.from == Source::From::state) {
        is_any = true;
        moving[source.number] = std::move(parts[i]);
        continue;
      }
      Tensor& sum = sums[chain_->place(source)];
      if (source.from == Source::From::scanned) {
        const Array& like = x[chain_->place(source)].value;
        if (!sum.value.is_defined()) sum = Array::zeros(like.dtype(), like.shape());
        sum = add_at_slice(builder.var(std::move(sum)), builder.var(std::move(parts[i])),
                           chain_->index(source.number, k))
                  .tensor;
      } else if (sum.value.is_defined()) {
        sum = (builder.var(std::move(sum)) + builder.var(std::move(parts[i]))).tensor;
      } else {
        sum = std::move(parts[i]);
      }
    }
    return is_any;
  }

  /// Every step becomes a call: the sweep, which will be swept itself, keeps all states, and
  /// nothing of what is between them.
  void pull_recorded(std::span<const Tensor> x, std::span<const Tensor> moving,
                     const std::vector<bool>& wanted, Builder& builder,
                     std::vector<Tensor>& sums) const {
    Rerun rerun(x, wanted, builder);
    std::vector<Tensor> state(rerun.values().begin(), rerun.values().begin() + state_size());
    for (std::int64_t k = 0; k < chain_->length(); ++k) {
      std::vector<Tensor> given = inputs(k, state, rerun.values(), rerun.builder());
      state = rerun.builder().apply_compound(call_primitive(), chain_->step(k).call, given);
    }
    rerun.close();
    std::vector<Tensor> ends, seeds;
    for (std::size_t k = 0; k < moving.size(); ++k) {
      if (!moving[k].value.is_defined()) continue;
      ends.push_back(state[k]);
      seeds.push_back(moving[k]);
    }
    const bool is_batched =
        std::ranges::any_of(seeds, [](const Tensor& ct) { return ct.is_batched(); });
    std::vector<Tensor> cts = reverse_sweep(ends, seeds, rerun.leaves(), rerun.policy());
    auto next = cts.begin();
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!wanted[k]) continue;
      // One cotangent where there are many seeds is that of what no derivative reaches.
      if (next->is_batched() == is_batched) sums[k] = std::move(*next);
      ++next;
    }
  }

  std::shared_ptr<const ChainPlan> chain_;
  States states_;
};

}  // namespace

void Snapshots::enter(std::int64_t index, std::vector<Array> state) {
  if (index != next_) return;
  if (index > 0) states_.emplace_back(index, std::move(state));
  const std::int64_t free = most_ - static_cast<std::int64_t>(states_.size());
  if (free > 1 && length_ - index > 1) next_ = index + steps_to_snapshot(length_ - index, free);
}

std::size_t ChainBuilder::HashOfWords::operator()(const std::vector<std::int64_t>& words) const {
  const std::string_view bytes(reinterpret_cast<const char*>(words.data()),
                               words.size() * sizeof words[0]);
  return std::hash<std::string_view>()(bytes);
}

void ChainBuilder::take(Captured captured, std::size_t state_size) {
  Step step;
  for (std::size_t k = 0; k < captured.program->leaf_count; ++k) {
    const bool is_state = k < state_size;
    step.sources.push_back({is_state ? Source::From::state : Source::From::scanned,
                            static_cast<std::uint32_t>(is_state ? k : k - state_size)});
  }
  for (const Tensor& outside : captured.captures) {
    step.sources.push_back({Source::From::outside, number_of(outside)});
  }
  const Table<std::int64_t> own = captured.program->words(Constants::count);
  std::vector<std::int64_t> words(own.begin(), own.end());
  for (const Source& source : step.sources) words.push_back(source.number);
  const auto number = static_cast<std::uint32_t>(steps_.size());
  const auto [same, is_new] = numbers_.try_emplace(std::move(words), number);
  order_.push_back(same->second);
  if (!is_new) return;
  step.call =
      Ref<Payload>::adopt(new Call(std::make_shared<Callable>(std::move(captured.program))));
  steps_.push_back(std::move(step));
}

std::uint32_t ChainBuilder::number_of(const Tensor& outside) {
  const auto number = static_cast<std::uint32_t>(outside_.size());
  const auto [at, is_new] = outside_numbers_.try_emplace(outside.node.pointer(), number);
  if (is_new) outside_.push_back(outside);
  return at->second;
}

std::vector<Tensor> ChainBuilder::finish(std::span<const Tensor> first, std::vector<Array> last) {
  std::vector<const Tensor*> operands;
  for (const Tensor& part : first) operands.push_back(&part);
  for (const Tensor& whole : scanned_) operands.push_back(&whole);
  for (const Tensor& outside : outside_) operands.push_back(&outside);
  auto plan = std::make_shared<ChainPlan>();
  for (const Array& part : last) {
    plan->types.emplace_back(part.dtype(), part.layout_reference(), part.is_weak());
  }
  plan->steps = std::move(steps_);
  plan->order = std::move(order_);
  plan->snapshots = most_;
  plan->scanned.assign(scanned_.size(), 0);
  auto payload = Ref<Payload>::adopt(new ChainCall(std::move(plan), snapshots_.take()));
  return record_compound(chain_primitive(), std::move(payload), operands, std::move(last));
}

}  // namespace wg
