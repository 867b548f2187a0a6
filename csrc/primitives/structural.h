/// Makes a row of the registry from the struct of a structural primitive.
#pragma once

#include <vector>

#include "core/error.h"
#include "graph/primitive.h"
#include "primitives/parameters.h"

namespace wg {

/// Which elements a primitive's output depends on, where a word says it.
enum class Sparsity {
  stated,  // by the method sparsity
  same,    // on the elements that broadcast to it
  moved,   // on one element or none, unchanged: that which `evaluate` puts there
};

/// What every structural primitive has unless it says otherwise. A primitive is a struct whose
/// members are its parameters and whose methods are its rules: infer, evaluate, vjp, jvp, batch and
/// sparsity.
struct StructuralDefaults {
  static constexpr bool is_differentiable = true;
  static constexpr bool is_holomorphic = true;
  static constexpr unsigned reads[4] = {0, 0, 0, 0};  // nothing: the primitive is linear
  static constexpr Sparsity depends = Sparsity::stated;
  static constexpr int first_index = 1 << 30;  // operands from this one on are indices
  static constexpr auto parameters = members<StructuralDefaults>();
};

inline constexpr unsigned reads_output = Node::keep_output;

/// A tangent of `y`, which a rule may return in a smaller shape or another dtype, in y's type.
Var fitted(Var tangent, const Var& y);

/// The statement of Sparsity::moved, found by evaluating the primitive on the elements' numbers.
void state_moved(const Primitive& primitive, const Payload* self, std::span<const Tensor> x,
                 Dependence& dependence);

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
    if constexpr (requires { &P::vjp_of_all; }) {
      r.vjp_of_all = [](const Payload* self, std::span<const Var> x, const Var& y, const Var& ct,
                        std::span<Contribution> contributions) {
        parameters_of<P>(self).vjp_of_all(x, y, ct, contributions);
      };
    } else {
      r.vjp = [](const Payload* self, std::span<const Var> x, const Var& y, const Var& ct,
                 int operand) -> Contribution {
        return parameters_of<P>(self).vjp(x, y, ct, operand);
      };
    }
    r.jvp = [](const Payload* self, std::span<const Var> x, const Var& y, std::span<Var> t) -> Var {
      return fitted(parameters_of<P>(self).jvp(x, y, t), y);
    };
    r.sparsity = [](const Payload* self, std::span<const Tensor> x, const Type& y,
                    Dependence& dependence) {
      if constexpr (P::depends == Sparsity::same) {
        for (int i = 0; i < static_cast<int>(x.size()); ++i) dependence.on_same(i);
      } else if constexpr (P::depends == Sparsity::moved) {
        state_moved(structural_row_of<P>, self, x, dependence);
      } else {
        parameters_of<P>(self).sparsity(x, y, dependence);
      }
    };
  }
  r.first_index = P::first_index;
  r.batch = [](const Payload* self, std::span<Var> x, std::span<const bool> is_batched) -> Var {
    return parameters_of<P>(self).batch(x, is_batched);
  };
  r.text = parameters_text<P>;
  r.words = parameter_words<P>;
  r.fields = parameter_fields<P>;
  r.make = make_payload<P>;
  return r;
}

}  // namespace wg
