/// Operations whose rules belong to their payload, with any number of results.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// A program as one operation, or a derivative that somebody stated. Its node is a tuple, and each
/// result the output of a part of that.
class Compound : public Payload {
 public:
  /// Those of the operands that the results were computed from.
  virtual std::span<const Tensor* const> causes(std::span<const Tensor* const> operands) const {
    return operands;
  }
  virtual std::vector<Type> infer(std::span<const Type> x) const = 0;
  virtual std::vector<Array> evaluate(std::span<Tensor> x) const = 0;
  /// Contributions to the operands, from a cotangent of each result; undefined where none arrived.
  /// The results themselves are there if the payload keeps them.
  virtual void vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts,
                   Wanted wanted, Builder& builder,
                   std::span<Contribution> contributions) const = 0;
  /// A tangent of each result, undefined where it does not move; likewise those of operands.
  virtual std::vector<Var> jvp(std::span<const Var> x, std::span<const Var> y,
                               std::span<const Var> tangents, Builder& builder) const = 0;
  /// Results, all of which have a batch axis in front.
  virtual std::vector<Var> batch(std::span<Var> x, std::span<const bool> is_batched,
                                 Builder& builder) const = 0;
  /// Whether a derivative may reach this result.
  virtual bool is_differentiable(std::size_t result) const = 0;
  /// Whether the rules look at types alone, so that programs can be derived from this operation. A
  /// rule in the host language may look at values.
  virtual bool is_derivable() const = 0;
  /// Whether the results are linear in what depends on these operands.
  virtual bool is_linear(const std::vector<bool>& dependent) const = 0;
  /// The payload of a node whose rules read its results; null if they do not.
  virtual Ref<Payload> keeping(std::span<const Array> /*results*/) const { return nullptr; }
  /// What is kept so.
  virtual std::span<const Array> results() const { return {}; }
  /// Which elements of the operands the derivative of this result reaches.
  virtual void sparsity(std::span<const Tensor> x, std::size_t result, const Type& y,
                        Dependence& dependence) const = 0;
};

inline const Compound& compound_of(const Payload* payload) {
  return *static_cast<const Compound*>(payload);
}

/// As `record` takes operands.
inline std::vector<const Tensor*> pointers_to(std::span<const Tensor> tensors) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& tensor : tensors) pointers.push_back(&tensor);
  return pointers;
}

/// The number of a part among the results.
struct ResultNumber final : Payload {
  explicit ResultNumber(std::uint32_t number_of_result) : number(number_of_result) {}
  void words(std::vector<std::int64_t>& words, Constants) const override {
    words.push_back(number);
  }
  std::string text() const override { return "result=" + std::to_string(number); }

  const std::uint32_t number;
};

inline std::uint32_t part_number(const Node& part) {
  return static_cast<const ResultNumber*>(part.payload())->number;
}

/// The results that the payload of a tuple keeps; as parts of it, if a derivative may pass them.
std::vector<Tensor> results_of(const Node& tuple, bool with_nodes);

/// Records the results of a compound operation, if an operand is tracked.
std::vector<Tensor> record_compound(const Primitive& primitive, Ref<Payload> payload,
                                    std::span<const Tensor* const> operands,
                                    std::vector<Array> results);

/// The row of an operation whose payload is a Compound. It is in no registry: nobody calls it by
/// its name.
Primitive compound_row(std::string_view name);

}  // namespace wg
