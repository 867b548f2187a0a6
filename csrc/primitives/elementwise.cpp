/// Turns every formula into a primitive: type, value, derivatives, batch, text.
#include "primitives/elementwise.h"

#include <algorithm>
#include <array>

#include "formulas/all.h"
#include "formulas/all_pointwise.h"
#include "formulas/by_rules.h"
#include "formulas/probe.h"
#include "formulas/text.h"
#include "kernels/elementwise.h"
#include "primitives/evaluation.h"
#include "primitives/pointwise.h"
#include "primitives/pointwise_language.h"
#include "primitives/registry.h"
#include "primitives/shape.h"

namespace wg {

Var apply_primitive(const Primitive& primitive, Var x) {
  Builder& builder = *x.builder;
  Tensor operands[] = {std::move(x.tensor)};
  return builder.var(builder.apply(primitive, nullptr, operands));
}

Var apply_primitive(const Primitive& primitive, Var x, Var y) {
  Builder& builder = *x.builder;
  Tensor operands[] = {std::move(x.tensor), std::move(y.tensor)};
  return builder.var(builder.apply(primitive, nullptr, operands));
}

Var apply_primitive(const Primitive& primitive, std::span<const Var> x) {
  std::vector<Tensor> operands;
  for (const Var& operand : x) operands.push_back(operand.tensor);
  Builder& builder = *x[0].builder;
  return builder.var(builder.apply(primitive, nullptr, operands));
}

Var literal(double value, const Var& like) {
  return like.builder->constant(Array::scalar(value, true));
}
Var literal(int value, const Var& like) {
  return like.builder->constant(Array::scalar(std::int64_t{value}, true));
}

Var operator-(Var a) { return apply(Negative{}, std::move(a)); }

namespace {

constexpr unsigned keep_mask(unsigned probe, int arity) {
  const unsigned output = 1u << arity;
  return (probe & (output - 1)) | (probe & output ? Node::keep_output : 0);
}

/// Whether there are rules: where there are no kernels of the derivative, too.
template <class Op> consteval bool has_rules() {
  return (Op::is_differentiable && !Op::is_predicate) || goes_by_rules<Op>();
}

/// A formula as its rules see it.
template <class Op> struct WithRules : Op {
  static constexpr bool is_differentiable = true;
};

template <class... Ops> constexpr int position(std::string_view name, List<Ops...>) {
  int i = 0, found = -1;
  ((Ops::name == name ? (found = i) : 0, ++i), ...);
  return found;
}

template <class Op>
void evaluate(const Payload*, std::span<const View> x, std::span<const View> y, std::byte*) {
  evaluate_formula(formula_row<Op>(), x, y[0]);
}

template <class Op> Type infer(const Payload*, std::span<const Type> types) {
  return infer_formula(formula_row<Op>(), types);
}

/// A derivative factor times a partial. Literal partials need no product when they are one.
Var join(const Var& factor, Var partial) { return chain(factor, std::move(partial)); }
template <class C>
  requires std::is_arithmetic_v<C>
Var join(const Var& factor, C partial) {
  if (partial == 0) return {};
  return partial == 1 ? factor : partial == -1 ? -factor : factor * partial;
}

template <class Op>
Var contribution(std::span<const Var> x, const Var& y, const Var& factor, int operand) {
  if constexpr (Op::arity == 1) {
    return join(factor, Op::partial(x[0], y));
  } else {
    return operand == 0 ? join(factor, Op::partial_x(x[0], x[1], y))
                        : join(factor, Op::partial_y(x[0], x[1], y));
  }
}

template <class Op>
void vjp(const Payload*, std::span<const Var> x, const Var& y, Var& ct, Wanted wanted,
         std::span<Contribution> contributions) {
  for (std::size_t i = 0; i < Op::arity; ++i) {
    if (wanted[i]) contributions[i] = contribution<Op>(x, y, ct, static_cast<int>(i));
  }
}

template <class Op>
Var jvp(const Payload*, std::span<const Var> x, const Var& y, std::span<Var> tangents) {
  Var sum;
  for (int i = 0; i < Op::arity; ++i) {
    if (!tangents[static_cast<std::size_t>(i)]) continue;
    Var term = contribution<Op>(x, y, tangents[static_cast<std::size_t>(i)], i);
    if (term) sum = sum ? std::move(sum) + std::move(term) : std::move(term);
  }
  return fitted(std::move(sum), y);
}

/// Batched operands get axes of length one behind the batch axis, so that they broadcast as before.
template <class Op> Var batch(const Payload*, std::span<Var> x, std::span<const bool> is_batched) {
  int rank = 0;
  for (std::size_t i = 0; i < x.size(); ++i) rank = std::max(rank, x[i].ndim() - is_batched[i]);
  Var lifted[Op::arity];
  for (std::size_t i = 0; i < x.size(); ++i) lifted[i] = is_batched[i] ? lift(x[i], rank) : x[i];
  if constexpr (Op::arity == 1)
    return apply(Op{}, lifted[0]);
  else
    return apply(Op{}, lifted[0], lifted[1]);
}

bool is_one(int partial) { return partial == 1; }
bool is_one(const auto&) { return false; }
bool is_zero(int partial) { return partial == 0; }
bool is_zero(const auto&) { return false; }

/// Asks a question of the partial, which is a number if it is a literal.
template <class Op, int operand> bool of_partial(auto question) {
  if constexpr (!has_rules<Op>() || operand >= Op::arity)
    return false;
  else if constexpr (Op::arity == 1)
    return question(Op::partial(Probe(), Probe()));
  else if constexpr (operand == 0)
    return question(Op::partial_x(Probe(), Probe(), Probe()));
  else
    return question(Op::partial_y(Probe(), Probe(), Probe()));
}

template <class Op> std::string text() {
  if constexpr (Op::arity == 1)
    return Text(Op::value(Text("x"))).expression;
  else
    return Text(Op::value(Text("x"), Text("y"))).expression;
}

template <class Op> std::string derivative_text(int operand) {
  if constexpr (!has_rules<Op>())
    return "0";
  else if constexpr (Op::arity == 1)
    return Text(Op::partial(Text("x"), Text("y"))).expression;
  else if (operand == 0)
    return Text(Op::partial_x(Text("x"), Text("y"), Text("z"))).expression;
  else
    return Text(Op::partial_y(Text("x"), Text("y"), Text("z"))).expression;
}

template <class Op> Elementwise elementwise() {
  constexpr int formula = position(Op::name, AllFormulas{});
  const auto one = [](const auto& partial) { return is_one(partial); };
  const auto zero = [](const auto& partial) { return is_zero(partial); };
  Elementwise e{formula,
                Op::kinds,
                Op::is_predicate,
                Op::keeps_weak,
                {of_partial<Op, 0>(one), of_partial<Op, 1>(one)},
                {of_partial<Op, 0>(zero), of_partial<Op, 1>(zero)},
                Op::domain.low,
                Op::domain.high,
                text<Op>,
                derivative_text<Op>,
                evaluate_quickly,
                goes_by_rules<Op>() ? nullptr : push_tangents,
                {}};
  for (int i = 0; i < dtype_count; ++i) {
    const Kernel& kernel = elementwise_kernel(formula, static_cast<DType>(i));
    e.scalar[i] = {kernel.scalar, kernel.scalar_adjoint};
  }
  return e;
}

template <class Op>
void sparsity(const Payload*, std::span<const Tensor>, const Type&, Dependence& dependence) {
  const Elementwise& formula = *formula_row<Op>().elementwise;
  for (int i = 0; i < Op::arity; ++i) {
    if (!formula.vanishes[i]) dependence.on_same(i);
  }
}

template <class Op> Primitive make_row() {
  static const Elementwise description = elementwise<Op>();
  Primitive row{};
  row.name = Op::name;
  row.arity = Op::arity;
  row.is_differentiable = has_rules<Op>();
  row.is_holomorphic = true;
  row.is_fallible = Op::name == "power";  // integers have no negative powers
  row.elementwise = &description;
  row.keeps_order = true;
  row.infer = infer<Op>;
  row.evaluate = evaluate<Op>;
  row.shares = (1u << Op::arity) - 1;
  row.batch = batch<Op>;
  if constexpr (has_rules<Op>()) {
    row.reads[0] = keep_mask(residuals<WithRules<Op>, 0>(), Op::arity);
    if constexpr (Op::arity == 2)
      row.reads[1] = keep_mask(residuals<WithRules<Op>, 1>(), Op::arity);
    if constexpr (!goes_by_rules<Op>()) row.adjoint = add_adjoint;
    row.vjp = vjp<Op>;
    row.jvp = jvp<Op>;
    row.sparsity = sparsity<Op>;
  }
  row.first_index = Op::arity;
  return row;
}

template <class... Ops> const auto& rows(List<Ops...>) {
  static const std::array<Primitive, sizeof...(Ops)> all{make_row<Ops>()...};
  return all;
}

}  // namespace

std::span<const Primitive> elementwise_rows() { return rows(AllFormulas{}); }

template <class Op> const Primitive& formula_row() {
  if constexpr (requires { Op::summary; }) {
    constexpr std::size_t place = position(Op::name, AllPointwise{});
    return pointwise_rows()[place];
  } else {
    constexpr std::size_t place = position(Op::name, AllFormulas{});
    return elementwise_rows()[place];
  }
}

namespace {

// Rules elsewhere use any formula by its name: instantiate every row here.
template <class... Ops> auto instantiate(List<Ops...>) { return std::array{&formula_row<Ops>...}; }
[[maybe_unused]] const auto instances = instantiate(AllFormulas{});
[[maybe_unused]] const auto pointwise_instances = instantiate(AllPointwise{});

}  // namespace
}  // namespace wg
