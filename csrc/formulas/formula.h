/// The language of elementwise formulas. A formula is evaluated on lanes (kernels), on a Var
/// (rules), on a Probe (which values a derivative reads) and on a Text (documentation).
#pragma once

#include <string_view>
#include <type_traits>

namespace wg {

/// Real interval on which a formula is smooth; tests draw inputs from it.
struct Domain {
  double low = -4.0, high = 4.0;
};

/// The kinds of dtype that a formula has a kernel for. Integers are converted to float64 for a
/// formula that has none for them.
enum Kinds : unsigned { boolean = 1, integer = 2, real = 4, complex = 8 };

/// A list of types.
template <class... Ops> struct List {
  static constexpr int size = sizeof...(Ops);
};

/// Callable name of a formula: `exp(x)` on any argument that formulas accept.
template <class Op> struct Function {
  [[gnu::always_inline]] constexpr auto operator()(auto... x) const { return apply(Op{}, x...); }
};

/// What every formula of one operand has unless it says otherwise. `partial(x, y)` is dy/dx; a
/// literal is a constant partial.
struct Unary {
  static constexpr int arity = 1;
  static constexpr unsigned kinds = real;
  static constexpr bool is_predicate = false;      // the result is boolean
  static constexpr bool is_differentiable = true;  // if not, the derivative is zero by definition
  static constexpr bool keeps_weak = false;  // a Python operator: of Python numbers, one again
  static constexpr Domain domain{};
};

/// What every formula of two operands has unless it says otherwise. `partial_x(x, y, z)` is dz/dx,
/// `partial_y(x, y, z)` is dz/dy.
struct Binary : Unary {
  static constexpr int arity = 2;
};

}  // namespace wg
