/// Every elementwise formula, family by family.
#pragma once

#include "formulas/arithmetic.h"
#include "formulas/bitwise.h"
#include "formulas/comparison.h"
#include "formulas/error_function.h"
#include "formulas/exp_log.h"
#include "formulas/floating_point.h"
#include "formulas/hyperbolic.h"
#include "formulas/power.h"
#include "formulas/rounding.h"
#include "formulas/trigonometric.h"

namespace wg {

template <class... Families> struct Join;
template <class... A> struct Join<List<A...>> {
  using type = List<A...>;
};
template <class... A, class... B, class... Rest>
struct Join<List<A...>, List<B...>, Rest...> : Join<List<A..., B...>, Rest...> {};

/// In the order of the kernel tables; cmake/kernels.cmake names the same families.
using AllFormulas = Join<Arithmetic, Comparison, Bitwise, ExpLog, Powers, Trigonometric, Hyperbolic,
                         ErrorFunction, RoundingFamily, FloatingPoint>::type;

}  // namespace wg
