#include "sweeps/chain.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>

#include "graph/leaf_cell.h"
#include "graph/recording.h"
#include "primitives/body.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/registry.h"
#include "sweeps/checkpoint.h"
#include "sweeps/fingerprint.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/schedule.h"

namespace wg {
namespace {

using States = std::vector<std::pair<std::int64_t, Array>>;

const Body& body_of(const Step& step) { return *static_cast<const Body*>(step.body.pointer()); }

std::vector<Var> vars_of(const Step& step, const Var& state, std::span<const Var> x) {
  std::vector<Var> vars;
  for (const std::size_t source : step.sources) vars.push_back(source == 0 ? state : x[source]);
  return vars;
}

Tensor apply_step(const Step& step, std::span<const Var> x, Builder& builder) {
  std::vector<Tensor> operands;
  for (const Var& v : x) operands.push_back(v.tensor);
  return builder.apply(body_primitive(), step.body, operands);
}

/// Its first operand is the first state; the others are what the steps read.
class ChainBody final : public Body {
 public:
  ChainBody(Type type, std::vector<Step> steps, std::vector<std::uint32_t> order,
            std::int64_t snapshots, States states)
      : type_(std::move(type)),
        steps_(std::move(steps)),
        order_(std::move(order)),
        snapshots_(snapshots),
        states_(std::move(states)) {}

  Type infer(std::span<const Type>) const override { return type_; }

  Array evaluate(std::span<Tensor> x) const override {
    Evaluate evaluate;
    std::vector<Var> vars;
    for (const Tensor& operand : x) vars.push_back(evaluate.var(operand));
    return advance(0, length(), vars[0], vars).value();
  }

  void pull(std::span<const Var> x, const Var& ct,
            std::span<Contribution> contributions) const override {
    if (ct.builder->records()) return pull_recorded(x, ct, contributions);
    std::vector<std::pair<std::int64_t, Array>> kept{{0, x[0].value()}};
    kept.insert(kept.end(), states_.begin(), states_.end());
    Var moving = ct;
    for (std::int64_t end = length(); end > 0; --end) {
      while (kept.back().first < end - 1) {
        const auto [at, state] = kept.back();
        const std::int64_t free = snapshots_ - static_cast<std::int64_t>(kept.size()) + 1;
        if (free <= 1) break;
        const std::int64_t next = at + steps_to_snapshot(end - at, free);
        kept.emplace_back(next, advance(at, next, evaluated(state), x).value());
      }
      const auto [at, state] = kept.back();
      const Array before =
          at == end - 1 ? state : advance(at, end - 1, evaluated(state), x).value();
      if (at == end - 1) kept.pop_back();
      moving = pull_step(step_at(end - 1), before, x, moving, contributions);
      if (!moving) return;
    }
    contributions[0] = moving;
  }

  Var push(std::span<const Var> x, std::span<const Var> tangents) const override {
    Builder& builder = *x[0].builder;
    Var state = x[0], moving = tangents[0];
    for (std::int64_t k = 0; k < length(); ++k) {
      const Step& step = step_at(k);
      const std::vector<Var> operands = vars_of(step, state, x);
      const std::vector<Var> moves = vars_of(step, moving, tangents);
      const bool is_any = std::ranges::any_of(moves, [](const Var& t) { return bool(t); });
      moving = is_any ? body_of(step).push(operands, moves) : Var();
      state = builder.var(apply_step(step, operands, builder));
    }
    return moving;
  }

  Var batch(std::span<Var> x, std::span<const bool> is_batched) const override;

  bool is_holomorphic() const override {
    return std::ranges::all_of(steps_,
                               [](const Step& step) { return body_of(step).is_holomorphic(); });
  }

  Ref<Payload> without_values() const override {
    return Ref<Payload>::adopt(new ChainBody(type_, steps_, order_, snapshots_, {}));
  }

  void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const override {
    state_all(x, 0, y, dependence);
  }

  void words(std::vector<std::int64_t>& words, bool do_constants_count) const override {
    for (const Step& step : steps_) {
      body_of(step).words(words, do_constants_count);
      words.insert(words.end(), step.sources.begin(), step.sources.end());
    }
    words.insert(words.end(), order_.begin(), order_.end());
  }

  std::string text() const override {
    return "steps=" + std::to_string(order_.size()) + ", snapshots=" + std::to_string(snapshots_);
  }

 private:
  std::int64_t length() const { return static_cast<std::int64_t>(order_.size()); }
  const Step& step_at(std::int64_t k) const { return steps_[order_[static_cast<std::size_t>(k)]]; }

  static Var evaluated(const Array& state) {
    static Evaluate evaluate;
    return evaluate.constant(state);
  }

  /// The state before step `last`, from that before step `first`.
  Var advance(std::int64_t first, std::int64_t last, Var state, std::span<const Var> x) const {
    for (std::int64_t k = first; k < last; ++k) {
      state =
          evaluated(apply_step(step_at(k), vars_of(step_at(k), state, x), *state.builder).value);
    }
    return state;
  }

  /// The state's cotangent before a step, from that behind it; undefined if none gets through.
  static Var pull_step(const Step& step, const Array& before, std::span<const Var> x, const Var& ct,
                       std::span<Contribution> contributions) {
    const Ref<Scope> scope = Scope::open();
    static const Primitive& identity = primitive_named("identity");
    const Var state =
        ct.builder->var(Tensor(before, Node::make_leaf(identity, Tensor(before), scope)));
    scope->close();
    const std::vector<Var> operands = vars_of(step, state, x);
    std::vector<Contribution> parts(operands.size());
    body_of(step).pull(operands, ct, parts);
    Var moving;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      if (!parts[k].value) continue;
      const std::size_t source = step.sources[k];
      Var& sum = source == 0 ? moving : contributions[source].value;
      sum = sum ? sum + parts[k].value : parts[k].value;
    }
    return moving;
  }

  /// Every step becomes a checkpoint: the sweep, which will be swept itself, keeps all states.
  void pull_recorded(std::span<const Var> x, const Var& ct,
                     std::span<Contribution> contributions) const {
    Rerun rerun(x, true);
    std::vector<Var> vars;
    for (const Tensor& value : rerun.values()) vars.push_back(rerun.builder().var(value));
    Var state = vars[0];
    for (std::int64_t k = 0; k < length(); ++k) {
      state.tensor = apply_step(step_at(k), vars_of(step_at(k), state, vars), rerun.builder());
    }
    rerun.close();
    const std::vector<Tensor> cts = reverse_sweep(
        std::span(&state.tensor, 1), std::span(&ct.tensor, 1), rerun.leaves(), rerun.record());
    rerun.contribute(cts, ct, contributions);
  }

  Type type_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> order_;
  std::int64_t snapshots_;
  States states_;
};

Var ChainBody::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  Builder& builder = *x[0].builder;
  x[0] = with_batch_axis(std::move(x[0]), is_batched[0], batch_length(x, is_batched));
  std::vector<std::uint8_t> flags(is_batched.begin(), is_batched.end());
  flags[0] = true;
  const bool is_recorded = builder.records() && std::ranges::any_of(x, [](const Var& operand) {
                             return operand.tensor.is_tracked();
                           });
  ChainBuilder chain(length(), snapshots_);
  std::vector<std::optional<std::uint32_t>> made(steps_.size());
  Var state = is_recorded ? builder.constant(x[0].value()) : x[0];
  for (std::int64_t k = 0; k < length(); ++k) {
    if (is_recorded) chain.enter(k, state.value());
    auto& number = made[order_[static_cast<std::size_t>(k)]];
    if (number) {
      state = builder.constant(chain.again(*number, state.value()));
      continue;
    }
    const Ref<Scope> scope = Scope::open();
    static const Primitive& identity = primitive_named("identity");
    if (is_recorded) state.tensor.node = linked_leaf(identity, state.tensor, scope);
    const Ref<Node> leaf = state.tensor.node;
    std::vector<Var> operands = vars_of(step_at(k), state, x);
    const auto has_axis = std::make_unique<bool[]>(operands.size());
    std::ranges::transform(step_at(k).sources, has_axis.get(),
                           [&](std::size_t source) { return flags[source] != 0; });
    Var next = body_of(step_at(k)).batch(operands, std::span(has_axis.get(), operands.size()));
    if (is_recorded) {
      number = chain.take(*next.tensor.node, *leaf);
      next = builder.constant(next.value());
    }
    scope->close();
    state = std::move(next);
  }
  if (!is_recorded) return state;
  return builder.var(chain.finish(x[0].tensor, state.value()));
}

}  // namespace

std::size_t ChainBuilder::HashOfWords::operator()(const std::vector<std::int64_t>& words) const {
  const std::string_view bytes(reinterpret_cast<const char*>(words.data()),
                               words.size() * sizeof words[0]);
  return std::hash<std::string_view>()(bytes);
}

void ChainBuilder::enter(std::int64_t index, const Array& state) {
  if (index != next_snapshot_) return;
  if (index > 0) states_.emplace_back(index, state);
  const std::int64_t free = snapshots_ - static_cast<std::int64_t>(states_.size());
  if (free > 1 && length_ - index > 1) {
    next_snapshot_ = index + steps_to_snapshot(length_ - index, free);
  }
}

void ChainBuilder::take(const Tensor& end, std::uint64_t since, const Node& leaf) {
  Captured captured = capture(end, since, Keep());
  Step step;
  for (const Tensor& operand : captured.operands) step.sources.push_back(source_of(operand, leaf));
  const Program& program = *captured.program;
  const Table<std::int64_t> words =
      fingerprint(program.order, std::span(&program.end, 1), program.leaves, Constants::count);
  std::vector<std::int64_t> print(words.begin(), words.end());
  print.insert(print.end(), step.sources.begin(), step.sources.end());
  const auto number = static_cast<std::uint32_t>(steps_.size());
  const auto [same, is_new] = prints_.try_emplace(std::move(print), number);
  order_.push_back(same->second);
  if (!is_new) return;
  step.body = checkpoint_of(std::move(captured.program));
  steps_.push_back(std::move(step));
}

std::uint32_t ChainBuilder::take(const Node& node, const Node& leaf) {
  Step step{Ref<Payload>::share(node.payload()), {}};
  for (const Operand& operand : node.operands()) {
    step.sources.push_back(source_of(operand.tensor(), leaf));
  }
  steps_.push_back(std::move(step));
  order_.push_back(static_cast<std::uint32_t>(steps_.size() - 1));
  return order_.back();
}

Array ChainBuilder::again(std::uint32_t number, const Array& state) {
  order_.push_back(number);
  Evaluate evaluate;
  std::vector<Tensor> operands;
  for (const std::size_t source : steps_[number].sources) {
    operands.push_back(source == 0 ? Tensor(state) : operands_[source - 1]);
  }
  return evaluate.apply(body_primitive(), steps_[number].body, operands).value;
}

std::size_t ChainBuilder::source_of(const Tensor& operand, const Node& leaf) {
  if (operand.node.pointer() == &leaf) return 0;
  const auto [at, is_new] = sources_.try_emplace(operand.node.pointer(), operands_.size() + 1);
  if (is_new) operands_.push_back(operand);
  return at->second;
}

Tensor ChainBuilder::finish(const Tensor& first, Array last) {
  std::vector<const Tensor*> operands{&first};
  for (const Tensor& operand : operands_) operands.push_back(&operand);
  const Type type{last.dtype(), last.layout_reference(), last.is_weak()};
  auto payload = Ref<Payload>::adopt(
      new ChainBody(type, std::move(steps_), std::move(order_), snapshots_, std::move(states_)));
  return record(body_primitive(), std::move(payload), operands, std::move(last));
}

}  // namespace wg
