/// Makes a row of the registry from the struct of a structural primitive.
#pragma once

#include <vector>

#include "core/error.h"
#include "core/few.h"
#include "graph/primitive.h"
#include "kernels/convert.h"
#include "primitives/parameters.h"

namespace wg {

/// Which elements a primitive's output depends on, where a word says it.
enum class Sparsity {
  stated,  // by the method sparsity
  same,    // on the elements that broadcast to it
  moved,   // on one element or none, unchanged: that which `evaluate` puts there
};

/// What every structural primitive has unless it says otherwise. A primitive is a struct whose
/// members are its parameters and whose methods are its rules: infer, view or evaluate or both,
/// vjp, jvp, batch and sparsity. Parameters count axes from the end, so a primitive of one operand
/// is its own batch rule unless it has another. The vjp of one operand returns the contribution to
/// it; that of several puts those that are wanted in their places.
struct StructuralDefaults {
  static constexpr bool is_differentiable = true;
  static constexpr bool is_holomorphic = true;
  static constexpr bool gives_view = false;
  static constexpr bool keeps_order = false;  // a value lies in memory as NumPy's operands do
  static constexpr bool is_fallible = false;  // for some values of its operands
  static constexpr unsigned reads[4] = {0, 0, 0, 0};  // nothing: the primitive is linear
  static constexpr Sparsity depends = Sparsity::stated;
  static constexpr unsigned shares = 0;        // operands whose memory the result may be in
  static constexpr bool takes_dense = false;   // evaluate() is given dense operands alone
  static constexpr int first_index = 1 << 30;  // operands from this one on are indices
  static constexpr auto parameters = members<StructuralDefaults>();

  /// The dtype that evaluate() is given operand `i` in.
  static DType given_dtype(std::size_t i, std::span<const View> x, const View& /*y*/) {
    return x[i].dtype;
  }
  /// What evaluate() takes from the workspace.
  void add_work(std::span<const View> /*x*/, const View& /*y*/, Work& /*work*/) const {}
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

/// Operands as the evaluate() of P wants them: those of another dtype, or not dense, are copied
/// into the workspace.
template <class P> bool is_given_as_it_is(std::size_t i, std::span<const View> x, const View& y) {
  return x[i].dtype == P::given_dtype(i, x, y) && (!P::takes_dense || x[i].is_dense());
}

template <class P> bool are_given_as_they_are(std::span<const View> x, const View& y) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!is_given_as_it_is<P>(i, x, y)) return false;
  }
  return true;
}

template <class P>
Work structural_work(const Payload* self, std::span<const View> x, std::span<const View> y) {
  Work work;
  if (are_given_as_they_are<P>(x, y[0])) {
    parameters_of<P>(self).add_work(x, y[0], work);
    return work;
  }
  Few<View> given(x.size(), [&](std::size_t i) {
    if (is_given_as_it_is<P>(i, x, y[0])) return x[i];
    const View as{nullptr, x[i].layout, P::given_dtype(i, x, y[0])};
    add_converted(x[i], as.dtype, work);
    return as;
  });
  parameters_of<P>(self).add_work(given, y[0], work);
  return work;
}

template <class P>
void structural_value(const Payload* self, std::span<const View> x, std::span<const View> y,
                      std::byte* memory) {
  Workspace work(memory);
  if (are_given_as_they_are<P>(x, y[0])) return parameters_of<P>(self).evaluate(x, y[0], work);
  Few<View> given(x.size(), [&](std::size_t i) {
    return is_given_as_it_is<P>(i, x, y[0]) ? x[i]
                                            : converted(x[i], P::given_dtype(i, x, y[0]), work);
  });
  parameters_of<P>(self).evaluate(given, y[0], work);
}

/// Applies a structural primitive in the language of rules.
template <class P>
Var apply_structural(P parameters, Builder& builder, std::span<Tensor> operands) {
  return builder.var(
      builder.apply(structural_row_of<P>, payload_of(std::move(parameters)), operands));
}
template <class P> Var apply_structural(P parameters, std::span<const Var> operands) {
  Few<Tensor> tensors(operands.size(), [&](std::size_t i) { return operands[i].tensor; });
  return apply_structural(std::move(parameters), *operands.front().builder, tensors);
}
/// The same, taking the operands over.
template <class P> Var apply_structural(P parameters, std::vector<Var>&& operands) {
  Few<Tensor> tensors(operands.size(),
                      [&](std::size_t i) { return std::move(operands[i].tensor); });
  return apply_structural(std::move(parameters), *operands.front().builder, tensors);
}
template <class P, std::size_t N> Var apply_structural(P parameters, Var (&&operands)[N]) {
  Few<Tensor> tensors(N, [&](std::size_t i) { return std::move(operands[i].tensor); });
  return apply_structural(std::move(parameters), *operands[0].builder, tensors);
}

template <class P> constexpr Primitive structural_row() {
  Primitive r{};
  r.name = P::name;
  r.arity = P::arity;
  r.is_differentiable = P::is_differentiable;
  r.is_holomorphic = P::is_holomorphic;
  r.gives_view = P::gives_view;
  r.keeps_order = P::keeps_order;
  r.is_fallible = P::is_fallible;
  for (int i = 0; i < 4; ++i) r.reads[i] = P::reads[i];
  r.infer = [](const Payload* self, std::span<const Type> x) {
    return parameters_of<P>(self).infer(x);
  };
  if constexpr (requires { &P::view; }) {
    r.view = [](const Payload* self, const Type& x, Viewed& y) {
      return parameters_of<P>(self).view(x, y);
    };
  }
  if constexpr (requires { &P::evaluate; }) {
    r.workspace = structural_work<P>;
    r.evaluate = structural_value<P>;
    r.shares = P::shares;
  }
  if constexpr (requires { &P::put; }) {
    r.put = [](const Payload* self, Array& base, const Array& update) {
      return parameters_of<P>(self).put(base, update);
    };
  }
  if constexpr (requires { &P::take_out; }) {
    r.take_out = [](const Payload* self, Array& ct, Array& part) {
      return parameters_of<P>(self).take_out(ct, part);
    };
  }
  if constexpr (P::is_differentiable) {
    r.vjp = [](const Payload* self, std::span<const Var> x, const Var& y, Var& ct,
               [[maybe_unused]] Wanted wanted, std::span<Contribution> contributions) {
      if constexpr (P::arity == 1)
        contributions[0] = parameters_of<P>(self).vjp(x, y, ct);
      else
        parameters_of<P>(self).vjp(x, y, ct, wanted, contributions);
    };
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
  r.batch = [](const Payload* self, std::span<Var> x,
               [[maybe_unused]] std::span<const bool> is_batched) -> Var {
    if constexpr (requires { &P::batch; }) {
      return parameters_of<P>(self).batch(x, is_batched);
    } else {
      static_assert(P::arity == 1);
      return apply_structural(parameters_of<P>(self), x);
    }
  };
  r.fields = parameter_fields<P>;
  r.make = make_payload<P>;
  return r;
}

}  // namespace wg
