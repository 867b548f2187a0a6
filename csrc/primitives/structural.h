/// Makes a row of the registry from the struct of a structural primitive.
#pragma once

#include <vector>

#include "core/error.h"
#include "graph/primitive.h"
#include "primitives/parameters.h"

namespace wg {

/// What every structural primitive has unless it says otherwise. A primitive is a struct whose
/// members are its parameters and whose methods are its rules: infer, evaluate, vjp, jvp and batch.
struct StructuralDefaults {
  static constexpr bool is_differentiable = true;
  static constexpr bool is_holomorphic = true;
  static constexpr unsigned reads[4] = {0, 0, 0, 0};  // nothing: the primitive is linear
  static constexpr auto parameters = members<StructuralDefaults>();
};

inline constexpr unsigned reads_output = Node::keep_output;

/// A tangent of `y`, which a rule may return in a smaller shape or another dtype, in y's type.
Var fitted(Var tangent, const Var& y);

template <class P> constexpr Primitive structural_row();

/// The row of P in the registry.
template <class P> inline constexpr Primitive structural_row_of = structural_row<P>();

/// Applies a structural primitive to values in the language of rules; takes them over.
template <class P> Var apply_structural(P parameters, std::vector<Var>&& operands) {
  std::vector<Tensor> tensors;
  tensors.reserve(operands.size());
  for (Var& v : operands) tensors.push_back(std::move(v.tensor));
  Builder& builder = *operands.front().builder;
  return builder.var(
      builder.apply(structural_row_of<P>, payload_of(std::move(parameters)), tensors));
}
template <class P> Var apply_structural(P parameters, std::span<const Var> operands) {
  return apply_structural(std::move(parameters),
                          std::vector<Var>(operands.begin(), operands.end()));
}
template <class P> Var apply_structural(P parameters, std::initializer_list<Var> operands) {
  return apply_structural(std::move(parameters), std::span(operands.begin(), operands.size()));
}

template <class P> constexpr Primitive structural_row() {
  Primitive r{};
  r.name = P::name;
  r.arity = P::arity;
  r.is_differentiable = P::is_differentiable;
  r.is_holomorphic = P::is_holomorphic;
  for (int i = 0; i < 4; ++i) r.reads[i] = P::reads[i];
  r.infer = [](const Payload* self, std::span<const Type> x) {
    return parameters_of<P>(self).infer(x);
  };
  r.evaluate = [](const Payload* self, std::span<Tensor> x) {
    return parameters_of<P>(self).evaluate(x);
  };
  if constexpr (P::is_differentiable) {
    r.vjp = [](const Payload* self, std::span<const Var> x, const Var& y, const Var& ct,
               int operand) -> Contribution {
      return parameters_of<P>(self).vjp(x, y, ct, operand);
    };
    r.jvp = [](const Payload* self, std::span<const Var> x, const Var& y,
               std::span<const Var> t) -> Var {
      return fitted(parameters_of<P>(self).jvp(x, y, t), y);
    };
  }
  r.batch = [](const Payload* self, std::span<Var> x, std::span<const bool> is_batched) -> Var {
    return parameters_of<P>(self).batch(x, is_batched);
  };
  r.text = parameters_text<P>;
  r.fields = parameter_fields<P>;
  r.make = make_payload<P>;
  return r;
}

}  // namespace wg
