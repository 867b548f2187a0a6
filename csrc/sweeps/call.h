/// Programs as one operation, evaluated again instead of kept.
#pragma once

#include <memory>

#include "graph/compound.h"
#include "graph/excerpt.h"
#include "sweeps/callable.h"

namespace wg {

/// The payload of a call. Values of a node that the policy keeps belong to it.
class Call final : public Compound {
 public:
  using Kept = std::vector<std::pair<std::uint32_t, Array>>;  // by instruction

  explicit Call(std::shared_ptr<Callable> callable, std::shared_ptr<const Keep> keep = nullptr,
                Kept kept = {})
      : callable_(std::move(callable)), keep_(std::move(keep)), kept_(std::move(kept)) {}

  const Program& program() const { return callable_->program(); }
  const std::shared_ptr<Callable>& callable() const { return callable_; }
  /// Cotangents of the wanted operands, undefined where none arrives, as the builder gives them.
  std::vector<Tensor> pull(std::span<const Tensor> x, std::span<const Tensor> cts,
                           const std::vector<bool>& wanted, Builder& builder) const;

  std::vector<Type> infer(std::span<const Type> x) const override;
  std::vector<Array> evaluate(std::span<Tensor> x) const override;
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const override;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const override;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const override;
  bool is_differentiable(std::size_t result) const override {
    return callable_->is_differentiable(result);
  }
  bool is_derivable() const override { return callable_->is_derivable(); }
  bool is_linear(const std::vector<bool>& dependent) const override {
    return callable_->is_linear(dependent);
  }
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const override;
  bool is_holomorphic() const override { return program().is_holomorphic(); }
  Ref<Payload> without_values() const override;
  void words(std::vector<std::int64_t>& words, Constants constants) const override;
  std::string text() const override;

 private:
  /// Whether what is recorded of it is one call of a derived program.
  bool is_derived(const Builder& builder) const {
    return builder.records() && kept_.empty() && is_derivable();
  }

  std::shared_ptr<Callable> callable_;
  std::shared_ptr<const Keep> keep_;  // null: nothing
  Kept kept_;
};

const Primitive& call_primitive();

/// `outputs` as results of one operation on what was recorded before the sequence number `since`:
/// their graph from there on, made in a trace that has closed, gives up its values, but for those
/// of operations in `keep`, and is evaluated again by whatever sweep comes by.
std::vector<Tensor> checkpointed(std::span<const Tensor> outputs, std::uint64_t since,
                                 const std::shared_ptr<const Keep>& keep);

}  // namespace wg
