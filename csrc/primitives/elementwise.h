/// The language of formulas on Var: rules are written with the same operators and names as
/// formulas.
#pragma once

#include "formulas/arithmetic.h"
#include "graph/primitive.h"

namespace wg {

/// The row of a formula in the registry.
template <class Op> const Primitive& formula_row();

Var apply_primitive(const Primitive& primitive, Var x);
Var apply_primitive(const Primitive& primitive, Var x, Var y);

/// A literal beside `like`: a weak Python number.
Var literal(double value, const Var& like);
Var literal(int value, const Var& like);

template <class Op> Var apply(Op, Var x) {
  return apply_primitive(formula_row<Op>(), std::move(x));
}
template <class Op> Var apply(Op, Var x, Var y) {
  return apply_primitive(formula_row<Op>(), std::move(x), std::move(y));
}
template <class Op, class C>
  requires std::is_arithmetic_v<C>
Var apply(Op op, Var x, C c) {
  Var constant = literal(c, x);
  return apply(op, std::move(x), std::move(constant));
}
template <class Op, class C>
  requires std::is_arithmetic_v<C>
Var apply(Op op, C c, Var x) {
  Var constant = literal(c, x);
  return apply(op, std::move(constant), std::move(x));
}

template <class A, class B>
concept WithVar = (std::is_same_v<A, Var> && (std::is_same_v<B, Var> || std::is_arithmetic_v<B>)) ||
                  (std::is_same_v<B, Var> && std::is_arithmetic_v<A>);

template <class A, class B>
  requires WithVar<A, B>
Var operator+(A a, B b) {
  return apply(Add{}, std::move(a), std::move(b));
}
template <class A, class B>
  requires WithVar<A, B>
Var operator-(A a, B b) {
  return apply(Subtract{}, std::move(a), std::move(b));
}
template <class A, class B>
  requires WithVar<A, B>
Var operator*(A a, B b) {
  return apply(Multiply{}, std::move(a), std::move(b));
}
template <class A, class B>
  requires WithVar<A, B>
Var operator/(A a, B b) {
  return apply(Divide{}, std::move(a), std::move(b));
}
Var operator-(Var a);

/// The value of a formula inside another formula is that formula applied.
template <class Op, class... X>
  requires(std::is_same_v<X, Var> || ...)
Var intrinsic(Op op, X... x) {
  return apply(op, std::move(x)...);
}

/// The dtype that a formula computes in for operands of these types, by NumPy's promotion; fails
/// with the formula's name where NumPy has no loop.
DType computing_dtype(std::string_view name, const Elementwise& formula,
                      std::span<const Type> types);

}  // namespace wg
