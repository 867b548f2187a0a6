/// Modified Bessel functions differentiated in their order: a power series and an asymptotic one
/// evaluated on Taylor series of the order, and an integral.
#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double negligible = 1e-18;

/// A number times e^logarithm.
struct Scaled {
  double number, logarithm;
};

bool is_negligible(const Taylor& term, const Taylor& sum) {
  return std::fabs(term.constant()) <= negligible * std::fabs(sum.constant()) &&
         term.largest_rest() <= negligible * sum.largest_rest();
}

/// iv by its power series (DLMF 10.25.2), whose terms are positive from some on; brought down
/// whenever they come near to what a double holds.
Scaled power_series(const Taylor& v, double x) {
  const double square = x * x / 4;
  const Taylor power = exp((v - Taylor(v.orders(), v.constant())) * std::log(x / 2));
  double logarithm = v.constant() * std::log(x / 2), coefficient = 1;
  Taylor term = power * reciprocal_gamma(v + 1), sum = term;
  for (int k = 1; k < 1'000'000; ++k) {
    if (v.constant() + k > 0.5) {
      term = term * (square / k) / (v + k);
    } else {  // gamma has a pole near, which the term before may have met
      coefficient *= square / k;
      term = power * reciprocal_gamma(v + (k + 1)) * coefficient;
    }
    sum += term;
    if (v.constant() + k > 1 && is_negligible(term, sum)) break;
    if (std::fabs(term.constant()) > 1e200) {
      constexpr double down = 1e-200;
      term = term * down;
      sum = sum * down;
      logarithm -= std::log(down);
    }
  }
  return {sum.derivative(), logarithm};
}

/// iv by Hankel's expansion (DLMF 10.40.1), for large x.
Scaled asymptotic_series(const Taylor& v, double x) {
  const Taylor square = v * v * 4;
  Taylor term(v.orders(), 1), sum(v.orders());
  for (int k = 1; k < 200; ++k) {
    sum += term;
    const double odd = 2 * k - 1;
    term = term * (odd * odd - square) * (1 / (8 * k * x));
    if (is_negligible(term, sum)) break;
  }
  constexpr double two_pi = 6.28318530717958647693;
  return {sum.derivative() / std::sqrt(two_pi * x), x};
}

Scaled first_kind(int n, double v, double x) {
  const Orders orders{{n, 0, 0}};
  const Taylor order = Taylor::variable(orders, 0, v);
  return x > 60 + 4 * n && v * v < x ? asymptotic_series(order, x) : power_series(order, x);
}

/// kv differentiated n times: the integral of t^n cosh(v t) e^(-x cosh(t)), or with sinh for odd n
/// (DLMF 10.32.9), of an even function of t, by the rule of trapezoids, which converges
/// exponentially.
Scaled second_kind(int n, double v, double x) {
  const double order = std::fabs(v), peak = std::asinh(order / x);
  // the exponent less x, which is added by whoever wants it
  const auto exponent = [&](double t) {
    const double half = std::sinh(t / 2);
    return order * t - 2 * x * half * half;
  };
  const double width = 1 / std::sqrt(std::hypot(x, order)), most = exponent(peak);
  const double step = std::fmin(0.2, 0.4 * width);
  double end = peak;
  for (double stride = width; exponent(end) > most - 60; stride *= 1.5) end += stride;
  const auto value = [&](double t) {
    const double other = (n % 2 == 0 ? 1 : -1) * std::exp(-2 * order * t);
    return std::pow(t, n) * 0.5 * (1 + other) * std::exp(exponent(t) - most);
  };
  double sum = 0.5 * value(0);
  for (int i = 1; i * step < end; ++i) sum += value(i * step);
  const double sign = n % 2 == 1 && v < 0 ? -1 : 1;
  return {sign * step * sum, most - x};
}

}  // namespace

/// Both asymptotic series, which differ in a sign, on Taylor series of the order and the argument;
/// nothing where they diverge before they are exact.
double bessel_far(const double* operands) {
  const Orders orders = Orders::of_digits(operands[1]);
  const double v = operands[2], x = operands[3];
  if (!(x > 60 && x > v * v) || !orders.fits()) return nan;
  if (x == infinity) return 0;
  constexpr double pi = 3.14159265358979323846;
  const bool is_first = operands[0] == 2;
  const Taylor order = Taylor::variable(orders, 0, v), square = order * order * 4;
  const Taylor at = Taylor::variable(orders, 1, x), per = inverse(at) * (is_first ? -0.125 : 0.125);
  Taylor term = exp(log(at) * -0.5) * std::sqrt(is_first ? 0.5 / pi : 0.5 * pi), sum(orders);
  for (int k = 1; k < 200; ++k) {
    sum += term;
    const double odd = 2 * k - 1;
    term = term * (square + -odd * odd) * per * (1.0 / k);
    if (is_negligible(term, sum)) break;
  }
  return sum.derivative();
}

/// The n-th derivative in v of iv(v, x) (kind 0), kv (1), ive (2), kve (3), jv (4), yv (5).
double bessel_order_derivative(const double* operands) {
  const int kind = static_cast<int>(operands[0]);
  const double v = operands[2], x = operands[3];
  const bool is_first = kind % 2 == 0, is_scaled = kind == 2 || kind == 3;
  if (!(operands[1] >= 0 && operands[1] < 16) || !std::isfinite(v) || !(x >= 0)) return nan;
  const int n = static_cast<int>(operands[1]);
  if (kind > 3) return ordinary_bessel_derivative(!is_first, n, v, x);
  if (x == 0 && is_first) return v > 0 ? 0 : v == 0 ? (n % 2 == 0 ? infinity : -infinity) : nan;
  if (x == 0) return n % 2 == 1 && v == 0 ? 0 : n % 2 == 1 && v < 0 ? -infinity : infinity;
  if (x == infinity) return is_first && !is_scaled ? infinity : 0;
  const Scaled y = is_first ? first_kind(n, v, x) : second_kind(n, v, x);
  const double shift = is_scaled ? (is_first ? -x : x) : 0;
  return y.number * std::exp(y.logarithm + shift);
}

}  // namespace wg::point
