/// Formulas whose derivative lanes cannot compute.
#pragma once

#include "formulas/formula.h"

namespace wg {

/// A formula of which there are kernels for the value alone: to these it has no derivative. It goes
/// by the rules, as its partials are made of functions that are computed number by number.
template <class Arity> struct ByRules : Arity {
  static constexpr bool is_differentiable = false;
  static constexpr bool goes_by_rules = true;
};

template <class Op> consteval bool goes_by_rules() {
  return requires { Op::goes_by_rules; };
}

}  // namespace wg
