/// Functions that are computed number by number, in the language of rules, by the same names.
#pragma once

#include "primitives/elementwise.h"

namespace wg {

Var apply_primitive(const Primitive& primitive, std::span<const Var> x);

/// Those of more operands than formulas have.
template <class Op, class... X>
  requires(sizeof...(X) > 2 && (std::is_same_v<X, Var> || ...))
Var apply(Op, X... x) {
  const Var* like = nullptr;
  const auto find = [&](const auto& operand) {
    if constexpr (std::is_same_v<decltype(operand), const Var&>) like = &operand;
  };
  (find(x), ...);
  const auto var = [&](auto operand) {
    if constexpr (std::is_arithmetic_v<decltype(operand)>)
      return literal(operand, *like);
    else
      return operand;
  };
  const Var operands[] = {var(x)...};
  return apply_primitive(formula_row<Op>(), std::span(operands));
}

}  // namespace wg
