/// The derivatives of incomplete gamma and beta functions in all of their arguments: their series
/// and continued fractions, evaluated on Taylor series.
#include <cmath>
#include <limits>

#include "kernels/point/beta_fraction.h"
#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double negligible = 1e-17;

bool has_converged(const Taylor& term, const Taylor& sum) {
  return std::fabs(term.constant()) <= negligible * std::fabs(sum.constant()) &&
         term.largest_rest() <= negligible * sum.largest_rest();
}
/// log(x^a e^-x / gamma(a)); from a = 20 on its constant by Stirling's series, whose terms do not
/// cancel near x = a.
Taylor log_gamma_term(const Taylor& a, const Taylor& x) {
  Taylor y = a * log(x) - x - log_gamma(a);
  const double at = a.constant();
  if (at > 20) {
    constexpr double two_pi = 6.28318530717958647693;
    const double apart = (x.constant() - at) / at;
    const double deviation =
        std::fabs(apart) < 0.5 ? without_log1p(apart) : apart - std::log(x.constant() / at);
    y.set_constant(0.5 * std::log(at / two_pi) - at * deviation - stirling_rest(at));
  }
  return y;
}

/// gammainc(a, x) over x^a e^-x / gamma(a), for x < a + 1.
Taylor gamma_series(const Taylor& a, double x) {
  Taylor term = inverse(a), sum = term;
  for (int k = 1; k < most_terms; ++k) {
    term = term * inverse(a + k) * x;
    sum += term;
    if (has_converged(term, sum)) break;
  }
  return sum;
}

/// gammaincc(a, x) over the same, for x > a + 1: Legendre's continued fraction, by Lentz' method.
Taylor gamma_fraction(const Taylor& a, double x) {
  Taylor b = 1 + x - a, c(a.orders(), 1e300), d = inverse(b), h = d;
  for (int k = 1; k < most_terms; ++k) {
    const Taylor numerator = (a - Taylor(a.orders(), k)) * k;
    b = b + 2;
    d = inverse(numerator * d + b);
    c = b + numerator / c;
    const Taylor factor = c * d;
    h = h * factor;
    if (is_one(factor)) break;
  }
  return h;
}

/// gammainc(a, x) differentiated n times in a and m times in x at x = 0, by its power series.
double gammainc_at_zero(int n, int m, double a) {
  const double leading = power_at_zero(a, m, n);
  if (n > 0 || std::isinf(leading)) return leading;
  if (m == 0 || a > m || a != std::floor(a)) return 0;
  const double j = m - a;
  return (std::fmod(j, 2) == 0 ? 1 : -1) * std::tgamma(m) / (std::tgamma(a) * std::tgamma(j + 1));
}

/// 1 / beta(a, b) over a where a is 0, or else over b, at b = 0 as well.
Taylor inverse_beta_at_zero(const Taylor& a, const Taylor& b) {
  const bool of_a = a.constant() == 0;
  return exp(log_beta(of_a ? a + 1 : a, of_a ? b : b + 1) * -1) / (a + b);
}

/// betainc(a, b, x) differentiated n times in a, l times in b and m times in x at x = 0.
double betainc_at_zero(int n, int l, int m, double a, double b) {
  const Orders orders{{0, l, 0}};
  const Taylor p(orders, a), q = Taylor::variable(orders, 1, b);
  const Taylor first = a > 0 && b > 0 ? exp(log_beta(p, q) * -1) / p
                       : a > 0        ? inverse_beta_at_zero(p, q) * q / p
                                      : inverse_beta_at_zero(p, q);
  const double leading = power_at_zero(a, m, n);
  if (std::isinf(leading)) return first.derivative() == 0 ? 0 : leading * first.derivative();
  if (n > 0 || a > m || a != std::floor(a)) return 0;
  Taylor term = first * (a / m) * std::tgamma(m + 1.0);
  if (m == 0) term = first;
  for (int j = 1; j <= m - a; ++j) term = term * (j - q) * (1.0 / j);
  return term.derivative();
}

}  // namespace

double gammainc_derivative(const double* operands) {
  Orders orders = Orders::of_digits(operands[0]);
  const double a = operands[1], x = operands[2];
  if (!(a >= 0) || !(x >= 0) || !orders.fits()) return nan;
  if (x == 0) return gammainc_at_zero(orders.of[0], orders.of[1], a);
  if (x == infinity) return 0;
  const bool is_density = orders.of[1] > 0;
  if (is_density) --orders.of[1];
  const Taylor at = Taylor::variable(orders, 0, a);
  if (a == 0) {  // gamma(a) = gamma(a + 1) / a, which the series divides by
    const Taylor point = Taylor::variable(orders, 1, x);
    const Taylor factor = exp(at * log(point) - point - log_gamma(at + 1));
    if (is_density) return (factor * at / point).derivative();
    return x < 1 ? (factor + factor * gamma_series(at + 1, x) * x).derivative()
                 : -(factor * at * gamma_fraction(at, x)).derivative();
  }
  if (is_density) {
    const Taylor point = Taylor::variable(orders, 1, x);
    return exp(log_gamma_term(at, point) - log(point)).derivative();
  }
  const Taylor factor = exp(log_gamma_term(at, Taylor(orders, x)));
  return x < a + 1 ? (factor * gamma_series(at, x)).derivative()
                   : -(factor * gamma_fraction(at, x)).derivative();
}

double betainc_derivative(const double* operands) {
  Orders orders = Orders::of_digits(operands[0]);
  const double a = operands[1], b = operands[2], x = operands[3];
  if (!(a >= 0) || !(b >= 0) || a + b == 0 || !(x >= 0 && x <= 1) || !orders.fits()) return nan;
  const auto [of_a, of_b, of_x] = orders.of;
  if (x == 0) return betainc_at_zero(of_a, of_b, of_x, a, b);
  if (x == 1) return (of_x % 2 == 0 ? -1 : 1) * betainc_at_zero(of_b, of_a, of_x, b, a);
  const bool is_density = of_x > 0, is_at_zero = a == 0 || b == 0;
  if (is_density) --orders.of[2];
  const Taylor p = Taylor::variable(orders, 0, a), q = Taylor::variable(orders, 1, b);
  if (is_density) {
    const Taylor point = Taylor::variable(orders, 2, x);
    const Taylor powers = (p + -1) * log(point) + (q + -1) * log(1 - point);
    if (is_at_zero)
      return (exp(powers) * inverse_beta_at_zero(p, q) * (a == 0 ? p : q)).derivative();
    return exp(powers - log_beta(p, q)).derivative();
  }
  const Taylor powers = p * std::log(x) + q * std::log1p(-x);
  const bool is_from_x = is_low(a, b, x);
  const Taylor& own = is_from_x ? p : q;  // the parameter that the factor is divided by
  const Taylor& other = is_from_x ? q : p;
  Taylor factor =
      is_at_zero ? exp(powers) * inverse_beta_at_zero(p, q) : exp(powers - log_beta(p, q)) / own;
  if (is_at_zero && own.constant() != 0) factor = factor * other / own;
  return is_from_x ? (factor * beta_fraction(p, q, Taylor(orders, x))).derivative()
                   : -(factor * beta_fraction(q, p, Taylor(orders, 1 - x))).derivative();
}

}  // namespace wg::point
