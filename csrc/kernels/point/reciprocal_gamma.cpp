/// The derivatives of 1 / gamma, which is analytic everywhere.
#include <cmath>
#include <limits>

#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {

/// Its Taylor series right of 1, and the factors that lead there, whose zeros are exact.
Taylor reciprocal_gamma(Taylor z) {
  Taylor factor(z.orders(), 1);
  for (; z.constant() < 1 && factor.is_finite(); z = z + 1) factor = factor * z;
  return factor * exp(log_gamma(z) * -1);
}

double rgamma_derivative(const double* operands) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const double n = operands[0], x = operands[1];
  if (!(n >= 0 && n < 16 && n == std::floor(n)) || std::isnan(x)) return nan;
  if (std::isinf(x)) return x > 0 ? 0 : nan;
  return reciprocal_gamma(Taylor::variable(Orders::of_digits(n), 0, x)).derivative();
}

}  // namespace wg::point
