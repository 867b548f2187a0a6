/// Every elementwise formula, family by family.
#pragma once

#include "formulas/arithmetic.h"
#include "formulas/bessel.h"
#include "formulas/bitwise.h"
#include "formulas/comparison.h"
#include "formulas/entropy.h"
#include "formulas/error_function.h"
#include "formulas/exp_log.h"
#include "formulas/floating_point.h"
#include "formulas/gamma_function.h"
#include "formulas/hyperbolic.h"
#include "formulas/join.h"
#include "formulas/power.h"
#include "formulas/rounding.h"
#include "formulas/trigonometric.h"

namespace wg {

/// In the order of the kernel tables; cmake/kernels.cmake names the same families.
using AllFormulas =
    Join<Arithmetic, Comparison, Bitwise, ExpLog, Powers, Trigonometric, Hyperbolic, ErrorFunction,
         GammaFunction, Bessel, Entropy, RoundingFamily, FloatingPoint>::type;

}  // namespace wg
