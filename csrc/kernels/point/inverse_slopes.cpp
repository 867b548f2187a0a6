/// The slopes of inverses of incomplete gamma and beta functions, which are 1 over densities, on
/// Taylor series of all operands.
#include <cmath>
#include <limits>

#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// x^(1 - a) at x = 0, differentiated m times in x and n times in a.
double power_at_end(double a, int m, int n) {
  return (n % 2 == 0 ? 1 : -1) * power_at_zero(1 - a, m, n);
}

/// beta(a, b) x^(1 - a) (1 - x)^(1 - b) at x = 0, differentiated. What is not the power of x
/// matters only where that is constant.
double beta_slope_at_zero(const Orders& orders, double a, double b) {
  const auto [of_a, of_b, of_x] = orders.of;
  if (of_a > 0 || a != 1) {
    const double leading = power_at_end(a, of_x, of_a);
    return std::isinf(leading) && of_b % 2 == 1 ? -leading : leading;  // beta falls in b
  }
  const Orders of_factor{{0, of_b, 0}};
  const Taylor q = Taylor::variable(of_factor, 1, b);
  Taylor factor = inverse(q);
  for (int j = 0; j < of_x; ++j) factor = factor * (q + (j - 1));
  return factor.derivative();
}

}  // namespace

double gammaincinv_slope(const double* operands) {
  const Orders orders = Orders::of_digits(operands[0]);
  const double a = operands[1], x = operands[2];
  if (!(a > 0) || !(x >= 0) || !orders.fits()) return nan;
  if (x == infinity) return infinity;
  if (x == 0) return a == 1 && orders.of[0] == 0 ? 1 : power_at_end(a, orders.of[1], orders.of[0]);
  const Taylor at = Taylor::variable(orders, 0, a), point = Taylor::variable(orders, 1, x);
  return exp(log_gamma(at) + (1 - at) * log(point) + point).derivative();
}

double betaincinv_slope(const double* operands) {
  const Orders orders = Orders::of_digits(operands[0]);
  const double a = operands[1], b = operands[2], x = operands[3];
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1) || !orders.fits()) return nan;
  const auto [of_a, of_b, of_x] = orders.of;
  if (x == 0) return beta_slope_at_zero(orders, a, b);
  if (x == 1) return (of_x % 2 == 0 ? 1 : -1) * beta_slope_at_zero({{of_b, of_a, of_x}}, b, a);
  const Taylor p = Taylor::variable(orders, 0, a), q = Taylor::variable(orders, 1, b);
  const Taylor point = Taylor::variable(orders, 2, x);
  return exp(log_beta(p, q) + (1 - p) * log(point) + (1 - q) * log(1 - point)).derivative();
}

}  // namespace wg::point
