/// Finds which operands, or the output, a derivative reads, by evaluating its formula.
#pragma once

#include "formulas/formula.h"

namespace wg {

/// Bit i: operand i was read; bit `arity`: the output was.
struct Probe {
  unsigned reads = 0;
  constexpr Probe(double = 0) {}
  static constexpr Probe of(unsigned bits) {
    Probe probe;
    probe.reads = bits;
    return probe;
  }
  friend constexpr Probe operator-(Probe a) { return a; }
  friend constexpr Probe operator+(Probe a, Probe b) { return of(a.reads | b.reads); }
  friend constexpr Probe operator-(Probe a, Probe b) { return a + b; }
  friend constexpr Probe operator*(Probe a, Probe b) { return a + b; }
  friend constexpr Probe operator/(Probe a, Probe b) { return a + b; }
};

template <class Op, class... X>
  requires(std::is_same_v<X, Probe> || ...)
constexpr Probe apply(Op, X... x) {
  return (Probe(0) + ... + Probe(x));
}

template <class Op, class... X> constexpr Probe intrinsic(Op, Probe x, X... rest) {
  return (x + ... + Probe(rest));
}

/// What the partial of `Op` with respect to operand `I` reads.
template <class Op, int I> consteval unsigned residuals() {
  if constexpr (!Op::is_differentiable) {
    return 0;
  } else if constexpr (Op::arity == 1) {
    return Probe(Op::partial(Probe::of(1), Probe::of(2))).reads;
  } else if constexpr (I == 0) {
    return Probe(Op::partial_x(Probe::of(1), Probe::of(2), Probe::of(4))).reads;
  } else {
    return Probe(Op::partial_y(Probe::of(1), Probe::of(2), Probe::of(4))).reads;
  }
}

}  // namespace wg
