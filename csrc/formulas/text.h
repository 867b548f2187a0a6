/// Writes a formula as a Python expression, by evaluating it.
#pragma once

#include <sstream>
#include <string>

#include "formulas/formula.h"

namespace wg {

/// An expression and how tightly its outermost operator binds: 3 names and calls, 2 products, 1
/// sums.
struct Text {
  std::string expression;
  int binding = 3;

  explicit Text(std::string text, int binds = 3) : expression(std::move(text)), binding(binds) {}
  template <class C>
    requires std::is_arithmetic_v<C>
  Text(C c) {
    std::ostringstream out;
    out.precision(17);
    out << c;
    expression = out.str();
    if (c < 0) binding = 1;
  }
  std::string within(int binds) const {
    return binding < binds ? "(" + expression + ")" : expression;
  }

  friend Text operator-(const Text& a) { return Text("-" + a.within(2), 1); }
  friend Text operator+(const Text& a, const Text& b) {
    return Text(a.within(1) + " + " + b.within(1), 1);
  }
  friend Text operator-(const Text& a, const Text& b) {
    return Text(a.within(1) + " - " + b.within(2), 1);
  }
  friend Text operator*(const Text& a, const Text& b) {
    return Text(a.within(2) + " * " + b.within(2), 2);
  }
  friend Text operator/(const Text& a, const Text& b) {
    return Text(a.within(2) + " / " + b.within(3), 2);
  }
};

template <class Op, class... X> Text call(const X&... x) {
  std::string text(Op::name);
  const char* separator = "(";
  ((text += separator + Text(x).expression, separator = ", "), ...);
  return Text(text + ")");
}

template <class Op, class... X>
  requires(std::is_same_v<X, Text> || ...)
Text apply(Op, X... x) {
  return call<Op>(x...);
}
template <class Op, class... X>
  requires(std::is_same_v<X, Text> || ...)
Text intrinsic(Op, X... x) {
  return call<Op>(x...);
}

}  // namespace wg
