/// Operations whose derivatives somebody else states.
#pragma once

#include "graph/compound.h"

namespace wg {

/// The derivatives of an operation as its node owns them. The node's first operands are its
/// results, as they were computed; then comes what the derivative is taken in, and the others are
/// what it reads.
class CustomRule : public Compound {
 public:
  CustomRule(std::size_t results, std::size_t primals) : count_(results), primals_(primals) {}

  /// Those of the node's operands that its derivative passes. The others need none: how the results
  /// and what the rule reads came about may have no derivative, and the rule is what counts.
  std::span<const Operand> passing(std::span<const Operand> operands) const {
    return operands.subspan(count_, primals_);
  }

  /// Contributions to the operands behind the results.
  virtual void pull(std::span<const Var> x, std::span<const Var> cts, Builder& builder,
                    std::span<Contribution> contributions) const = 0;
  /// A tangent of each result; tangents of what does not move are undefined.
  virtual std::vector<Var> push(std::span<const Var> x, std::span<const Var> tangents,
                                Builder& builder) const = 0;
  /// The results for a batch of examples, with the batch axis; none if the results of one example
  /// give them.
  virtual std::vector<Var> batch_values(std::span<const Var> x, std::span<const bool> is_batched,
                                        Builder& builder) const = 0;
  /// The rule for a batch of examples, where these operands have a batch axis.
  virtual Ref<Payload> batched(std::span<const bool> is_batched) const = 0;

  std::span<const Tensor* const> causes(std::span<const Tensor* const> operands) const final {
    return operands.subspan(count_);
  }
  std::vector<Type> infer(std::span<const Type> x) const final;
  std::vector<Array> evaluate(std::span<Tensor> x) const final;
  void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts, Wanted wanted,
           Builder& builder, std::span<Contribution> contributions) const final;
  std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                       std::span<const Var> tangents, Builder& builder) const final;
  std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                         Builder& builder) const final;
  bool is_differentiable(std::size_t) const final { return true; }
  bool is_derivable() const final { return false; }
  /// Where it stands in something linear, its rule has to be.
  bool is_linear(const std::vector<bool>&) const final { return true; }
  void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                Dependence& dependence) const final;

 private:
  const std::size_t count_;    // of the results
  const std::size_t primals_;  // what the derivative is taken in
};

const Primitive& custom_primitive();

}  // namespace wg
