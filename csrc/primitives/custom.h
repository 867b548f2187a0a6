/// An operation whose derivative somebody else states.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// The derivatives of an operation as its node owns them. The node's first operand is the value, as
/// it was computed; the others are what the derivative is taken in or reads.
class CustomRule : public Payload {
 public:
  /// Contributions to the operands; none to the first.
  virtual void pull(std::span<const Var> x, const Var& ct,
                    std::span<Contribution> contributions) const = 0;
  /// The output's tangent; tangents of what does not move are undefined.
  virtual Var push(std::span<const Var> x, std::span<const Var> tangents) const = 0;
  /// The value for a batch of examples; undefined if the first operand has it.
  virtual Var batch_value(std::span<const Var> x, std::span<const bool> is_batched) const = 0;
  /// The rule for a batch of examples, where these operands have a batch axis.
  virtual Ref<Payload> batched(std::span<const bool> is_batched) const = 0;
};

/// It is in no registry: nobody calls it by its name.
const Primitive& custom_primitive();

}  // namespace wg
