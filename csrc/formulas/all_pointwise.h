/// Every function that is computed number by number.
#pragma once

#include "formulas/bessel_orders.h"
#include "formulas/complex_functions.h"
#include "formulas/derivative_families.h"
#include "formulas/hypergeometric.h"
#include "formulas/incomplete.h"
#include "formulas/integrals.h"
#include "formulas/join.h"
#include "formulas/orthogonal.h"

namespace wg {

using AllPointwise = Join<DerivativeFamilies, Incomplete, BesselOrders, Hypergeometric, Integrals,
                          Orthogonal, ComplexFunctions>::type;

}  // namespace wg
