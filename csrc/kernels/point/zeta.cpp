/// Hurwitz' zeta function, and the derivatives of psi by it.
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double pi = 3.14159265358979323846;

// B_2j / (2j)!
constexpr double bernoulli[] = {
    8.333333333333333333e-2,   -1.388888888888888889e-3,  3.306878306878306878e-5,
    -8.267195767195767196e-7,  2.087675698786809897e-8,   -5.284190138687493184e-10,
    1.338253653068467883e-11,  -3.389680296322582866e-13, 8.586062056277844564e-15,
    -2.174868698558061873e-16, 5.509002828360229515e-18,  -1.395446468581252334e-19};

/// q^s zeta(s, q), for q > 0 and s > 1: terms up to where Euler and Maclaurin's formula gives the
/// others.
double scaled_zeta(double s, double q) {
  double sum = 0, a = q;
  for (; a < 10 + s / 2; a += 1) {
    const double term = std::pow(q / a, s);
    sum += term;
    if (term < 1e-18 * sum) return sum;
  }
  const double last = std::pow(q / a, s);
  double rest = a / (s - 1) + 0.5, rising = s / a;
  for (int j = 0; j < 12; ++j) {
    const double term = bernoulli[j] * rising;
    rest += term;
    if (std::fabs(term) < 1e-18 * rest) break;
    rising *= (s + 2 * j + 1) / a * ((s + 2 * j + 2) / a);
  }
  return sum + last * rest;
}

/// The n-th derivative of cot(pi x) over pi^n: P_0 = c, P_(k+1) = -(1 + c^2) P_k'(c).
double cotangent_derivative(int n, double x) {
  const double c = 1 / std::tan(pi * (x - std::rint(x)));
  double coefficients[64] = {0, 1};
  for (int k = 0; k < n; ++k) {
    double next[64] = {};
    for (int i = 1; i <= k + 1; ++i) {
      next[i - 1] -= i * coefficients[i];
      next[i + 1] -= i * coefficients[i];
    }
    for (int i = 0; i <= k + 2; ++i) coefficients[i] = next[i];
  }
  double sum = 0;
  for (int i = n + 1; i >= 0; --i) sum = sum * c + coefficients[i];
  return sum;
}

double psi_of_positive(double x) {
  double sum = 0;
  for (; x < 10; x += 1) sum -= 1 / x;
  const double u = 1 / (x * x);
  double tail = 0, power = u;
  double factorial = 2;  // (2j)!
  for (int j = 0; j < 9; ++j) {
    tail += bernoulli[j] * factorial / (2 * j + 2) * power;
    power *= u;
    factorial *= (2 * j + 3) * (2 * j + 4);
  }
  return sum + std::log(x) - 0.5 / x - tail;
}

double polygamma_of_positive(double n, double x) {
  if (n == 0) return psi_of_positive(x);
  const double sign = std::fmod(n, 2) == 0 ? -1 : 1, s = n + 1;
  const double scaled = scaled_zeta(s, x);
  if (x == infinity) return sign * 0.0;
  const double direct = std::tgamma(s) * std::pow(x, -s) * scaled;
  if (n < 100 && std::isfinite(direct) && std::fabs(direct) > 1e-290) return sign * direct;
  return sign * std::exp(std::lgamma(s) - s * std::log(x)) * scaled;
}

/// zeta(s, q) from terms up to 20 on; where s is large, from those that matter.
Taylor continued_zeta(const Taylor& s, const Taylor& q) {
  constexpr double negligible = 60;  // minus the logarithm of a term over the first
  Taylor sum(s.orders()), a = q;
  for (; a.constant() < 20 + std::fabs(s.constant()) / 2; a = a + 1) {
    if (s.constant() * std::log(a.constant() / q.constant()) > negligible) return sum;
    sum += exp(s * log(a) * -1);
  }
  const Taylor last = exp(s * log(a) * -1), by = inverse(a);
  Taylor rest = a / (s + -1) + 0.5, rising = s * by;
  for (int j = 0; j < 12; ++j) {
    rest += rising * bernoulli[j];
    rising = rising * ((s + (2 * j + 1)) * by) * ((s + (2 * j + 2)) * by);
  }
  return sum + last * rest;
}

/// 2^s pi^(s - 1) sin(pi s / 2) gamma(1 - s) zeta(1 - s).
double reflected_zeta(const Orders& orders, double s) {
  const Taylor at = Taylor::variable(orders, 0, s);
  const double quarter = std::fmod(s, 4);
  std::vector<double> sine;
  double factorial = 1;
  for (int k = 0; k <= orders.degree(); ++k) {
    if (k > 0) factorial *= k;
    // sin(pi (s + k) / 2), exactly 0 where it is
    const double turn = std::fmod(quarter + k, 4);
    const double value = std::fmod(turn, 2) == 0 ? 0 : std::sin(pi / 2 * turn);
    sine.push_back(value * std::pow(pi / 2, k) / factorial);
  }
  if (orders.degree() == 0 && sine[0] == 0) return 0;
  const Taylor rest = 1 - at;
  Taylor logarithm = at * std::log(2.0) + rest * -std::log(pi) + log_gamma(rest);
  const double size = logarithm.constant();  // of which e^ may be infinite
  logarithm.set_constant(0);
  const Taylor others = composed(sine, at) * continued_zeta(rest, Taylor(orders, 1));
  const double number = (exp(logarithm) * others).derivative();
  return number == 0 ? 0 : number * std::exp(size);
}

}  // namespace

/// By Euler and Maclaurin's formula on Taylor series, which continues the function below s = 1 as
/// well; below 0, for q = 1, by the functional equation.
double zeta_derivative(const double* operands) {
  const Orders orders = Orders::of_digits(operands[0]);
  const double s = operands[1], q = operands[2];
  if (std::isnan(s) || std::isnan(q) || s == -infinity || !orders.fits()) return nan;
  if (s == infinity && orders.degree() > 0) return q >= 1 ? 0 : nan;
  if (s == 1) return orders.degree() == 0 ? infinity : nan;
  if (!(q > 0)) return q == std::floor(q) && s > 1 && orders.degree() == 0 ? infinity : nan;
  if (s > 1 && orders.degree() == 0) return std::pow(q, -s) * scaled_zeta(s, q);
  if (s < 0 && q == 1 && orders.of[1] == 0) return reflected_zeta(orders, s);
  if (s < -1) return nan;
  return continued_zeta(Taylor::variable(orders, 0, s), Taylor::variable(orders, 1, q))
      .derivative();
}

std::complex<double> complex_polygamma(const double* operands, std::complex<double> z) {
  using Complex = std::complex<double>;
  const double n = operands[0];
  if (!(n >= 1) || n != std::floor(n) || !(std::fabs(z.real()) < 1e7)) return {nan, nan};
  const double s = n + 1;
  Complex sum = 0, a = z;
  for (; a.real() < 12 + n / 2; a += 1) sum += std::pow(a, -s);
  const Complex inverse = 1.0 / a;
  Complex rest = a / n + 0.5, rising = s * inverse;
  for (int j = 0; j < 12; ++j) {
    rest += bernoulli[j] * rising;
    rising *= (s + 2 * j + 1) * (s + 2 * j + 2) * inverse * inverse;
  }
  const double sign = std::fmod(n, 2) == 0 ? -1 : 1;
  return sign * std::tgamma(s) * (sum + std::pow(a, -s) * rest);
}

double polygamma(const double* operands) {
  const double n = operands[0], x = operands[1];
  if (!(n >= 0) || n != std::floor(n) || std::isnan(x)) return nan;
  if (x > 0) return polygamma_of_positive(n, x);
  if (x == std::floor(x)) {
    if (n == 0) return x == 0 ? (std::signbit(x) ? infinity : -infinity) : nan;
    return std::fmod(n, 2) == 0 ? -infinity : infinity;
  }
  const double sign = std::fmod(n, 2) == 0 ? 1 : -1;
  if (x > -30 || n > 60) {  // up to the positive numbers
    if (x < -1e7) return nan;
    double sum = 0, at = x;
    for (; at < 0; at += 1) sum += std::pow(at, -(n + 1));
    return polygamma_of_positive(n, at) - sign * std::tgamma(n + 1) * sum;
  }
  const int order = static_cast<int>(n);
  const double reflected = std::pow(pi, n + 1) * cotangent_derivative(order, x);
  return sign * polygamma_of_positive(n, 1 - x) - reflected;
}

}  // namespace wg::point
