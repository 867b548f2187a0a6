/// A chain of steps as one operation, of which few states are kept.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/call.h"
#include "sweeps/snapshots.h"

namespace wg {

/// Where a step finds one of its inputs: in the state, among what is scanned, of which each step
/// sees one element, or among what steps read from outside.
struct Source {
  enum class From : std::uint8_t { state, scanned, outside };
  From from;
  std::uint32_t number;
  friend bool operator==(const Source&, const Source&) = default;
};

/// A call from a state and what it reads to the next state.
struct Step {
  Ref<Payload> call;
  std::vector<Source> sources;

  const Call& body() const { return *static_cast<const Call*>(call.pointer()); }
};

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
  Dims index(std::size_t which, std::int64_t k) const;
  /// Of a source among the operands.
  std::size_t place(const Source& source) const {
    return source.number + (source.from == Source::From::state     ? 0
                            : source.from == Source::From::scanned ? types.size()
                                                                   : types.size() + scanned.size());
  }
};

/// Operands are the first state, what is scanned, and what the steps read from outside.
class ChainCall final : public Compound {
 public:
  ChainCall(std::shared_ptr<const ChainPlan> plan, States states)
      : chain_(std::move(plan)), states_(std::move(states)) {}

  std::vector<Type> infer(std::span<const Type>) const override { return chain_->types; }
  std::vector<Array> evaluate(std::span<Tensor> x) const override;
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  void sparsity(std::span<const Tensor> x, std::size_t, const Type& y,
                Dependence& dependence) const override;
  bool is_holomorphic() const override;
  bool is_differentiable(std::size_t) const override { return true; }
  bool is_derivable() const override;
  bool is_linear(const std::vector<bool>& dependent) const override;
  Ref<Payload> without_values() const override;
  void words(std::vector<std::int64_t>& words, Constants constants) const override;
  std::string text() const override;

 private:
  std::ptrdiff_t state_size() const { return static_cast<std::ptrdiff_t>(chain_->types.size()); }
  static std::vector<Array> arrays_of(std::span<const Tensor> tensors);
  /// What step k is given.
  std::vector<Tensor> inputs(std::int64_t k, std::span<const Tensor> state,
                             std::span<const Tensor> x, Builder& builder) const;
  Var tangent_of(const Source& source, std::int64_t k, std::span<const Var> state,
                 std::span<const Var> tangents) const;
  /// The state before step `last`, from that before step `first`.
  std::vector<Array> advance(std::int64_t first, std::int64_t last, std::vector<Array> state,
                             std::span<const Tensor> x) const;
  /// Step by step, each for all examples, where no program of the batch can be derived.
  std::vector<Var> batch_by_steps(std::span<Var> x, std::span<const bool> is_batched,
                                  Builder& builder) const;
  /// Evaluates and records, and keeps the states that the sweep will begin with.
  std::vector<Tensor> run_keeping(std::span<const Tensor> x) const;
  /// Goes back step by step, from states that are kept, or computed again by the schedule.
  void pull_by_schedule(std::span<const Tensor> x, std::vector<Tensor> moving,
                        const std::vector<bool>& wanted, Builder& builder,
                        std::vector<Tensor>& sums) const;
  /// The state's cotangents before a step, from those behind it. False if none gets through.
  bool pull_step(std::int64_t k, const std::vector<Array>& before, std::span<const Tensor> x,
                 const std::vector<bool>& wanted, Builder& builder, std::vector<Tensor>& moving,
                 std::vector<Tensor>& sums) const;
  /// Every step becomes a call: the sweep, which will be swept itself, keeps all states, and
  /// nothing of what is between them.
  void pull_recorded(std::span<const Tensor> x, std::span<const Tensor> moving,
                     const std::vector<bool>& wanted, Builder& builder,
                     std::vector<Tensor>& sums) const;

  std::shared_ptr<const ChainPlan> chain_;
  States states_;
};

const Primitive& chain_primitive();

}  // namespace wg
