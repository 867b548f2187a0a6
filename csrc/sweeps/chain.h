/// A chain of steps as one operation, of which few states are kept.
#pragma once

#include <memory>
#include <vector>

#include "sweeps/call.h"
#include "sweeps/snapshots.h"

namespace wg {

/// Where a step finds one of its inputs: in the state, among what is scanned, of which each step
/// sees one element, among what steps read from outside; or it is the number of that element.
struct StepInput {
  enum class From : std::uint8_t { state, scanned, outside, position };
  From from;
  std::uint32_t number;
  friend bool operator==(const StepInput&, const StepInput&) = default;
};

/// A call from a state and what it reads to the next state, and to a row of each result beside it.
struct ChainStep {
  Ref<Payload> call;
  std::vector<StepInput> sources;

  const Call& body() const { return *static_cast<const Call*>(call.pointer()); }
};

class ChainDerivatives;

/// What a chain is, but for the states that a node of it keeps.
struct ChainPlan : std::enable_shared_from_this<ChainPlan> {
  std::vector<Type> types;  // of the state
  std::vector<Type> rows;   // of what each step gives beside it: results are these, stacked
  std::size_t scanned = 0;  // how many arrays are scanned, along their first axes
  std::size_t outside = 0;  // how many values are read from outside
  std::vector<ChainStep> steps;
  std::vector<std::uint32_t> order;  // which step is taken, one by one; empty if there is one alone
  std::int64_t length = 0;
  std::int64_t first = 0;      // the position of the first element
  bool is_reversed = false;    // the last element comes first
  std::int64_t snapshots = 0;  // states that are kept; 0: whatever derivatives read is
  // The chain with fewer rows that this one does the work of as well.
  std::weak_ptr<const ChainPlan> extended;
  mutable std::shared_ptr<ChainDerivatives> derivatives;  // those that were asked for

  const ChainStep& step(std::int64_t k) const {
    return steps[order.empty() ? 0 : order[static_cast<std::size_t>(k)]];
  }
  /// The element that step k sees.
  std::int64_t element(std::int64_t k) const { return is_reversed ? length - 1 - k : k; }
  /// Of a source among the operands.
  std::size_t place(const StepInput& source) const {
    return source.number + (source.from == StepInput::From::state     ? 0
                            : source.from == StepInput::From::scanned ? types.size()
                                                                      : types.size() + scanned);
  }
};

/// Operands are the first state, what is scanned, and what the steps read from outside; results are
/// the last state and the rows.
class ChainCall final : public Compound {
 public:
  ChainCall(std::shared_ptr<const ChainPlan> plan, States states)
      : chain_(std::move(plan)), states_(std::move(states)) {}

  const ChainPlan& plan() const { return *chain_; }
  const std::shared_ptr<const ChainPlan>& shared_plan() const { return chain_; }

  std::vector<Type> infer(std::span<const Type>) const override;
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
  Var tangent_of(const StepInput& source, std::int64_t k, std::span<const Var> state,
                 std::span<const Var> tangents) const;
  /// The state before step `last`, from that before step `first`.
  std::vector<Array> advance(std::int64_t first, std::int64_t last, std::vector<Array> state,
                             std::span<const Tensor> x) const;
  /// ChainStep by step, each for all examples, where no program of the batch can be derived.
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
  /// A chain that goes forward once more and keeps what the sweep reads, in rows, and one that goes
  /// back.
  void pull_by_chains(std::span<const Tensor> x, std::span<const Tensor> moving,
                      const std::vector<bool>& wanted, Builder& builder,
                      std::vector<Tensor>& sums) const;
  std::vector<Var> jvp_by_chain(std::span<const Var> x, std::span<const Var> tangents,
                                Builder& builder) const;
  /// States are as weak as those of the plan.
  void weigh(std::span<Tensor> state) const;
  /// Every step becomes a call: the sweep, which will be swept itself, keeps all states, and
  /// nothing of what is between them.
  void pull_recorded(std::span<const Tensor> x, std::span<const Tensor> moving,
                     const std::vector<bool>& wanted, Builder& builder,
                     std::vector<Tensor>& sums) const;

  std::shared_ptr<const ChainPlan> chain_;
  States states_;
};

/// A chain as one instruction: of those with snapshots, and of loops.
const Primitive& chain_primitive();
const Primitive& loop_primitive();
inline const Primitive& primitive_of(const ChainPlan& plan) {
  return plan.snapshots > 0 ? chain_primitive() : loop_primitive();
}
/// The chain applied to these operands, through a builder.
std::vector<Tensor> apply_chain(std::shared_ptr<const ChainPlan> plan, std::vector<Tensor> operands,
                                Builder& builder);

}  // namespace wg
