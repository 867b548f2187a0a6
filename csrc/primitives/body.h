/// An operation that is a recorded graph.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// The graph as its node owns it. It is never the user's function that is evaluated again.
class Body : public Payload {
 public:
  virtual Type infer(std::span<const Type> x) const = 0;
  virtual Array evaluate(std::span<Tensor> x) const = 0;
  virtual void pull(std::span<const Var> x, const Var& ct,
                    std::span<Contribution> contributions) const = 0;
  /// The output's tangent; tangents of what does not move are undefined.
  virtual Var push(std::span<const Var> x, std::span<const Var> tangents) const = 0;
  virtual Var batch(std::span<Var> x, std::span<const bool> is_batched) const = 0;
  virtual bool is_holomorphic() const = 0;
  /// The same for a node that will be evaluated at other values: without what was computed at
  /// these.
  virtual Ref<Payload> without_values() const = 0;
  /// Which elements of the operands the output's derivative reaches.
  virtual void sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const = 0;
  /// What it does: equal words, equal operations, and equal constants if those count.
  virtual void words(std::vector<std::int64_t>& words, bool do_constants_count) const = 0;
  /// The same for people.
  virtual std::string text() const = 0;
};

/// It is in no registry: nobody calls it by its name.
const Primitive& body_primitive();

/// Whether every derivative passes the node as a complex number does.
bool is_holomorphic(const Node& node);

}  // namespace wg
