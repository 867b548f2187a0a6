/// Functions of families that need complex numbers, or series far out.
#include <array>
#include <cmath>
#include <complex>
#include <limits>

#include "kernels/point/families.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

using Complex = std::complex<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool is_count(double n) { return n >= 0 && n == std::floor(n) && n < 1000; }

/// I_n(z) / z^n for z on the ray of e^(i pi / 4): the power series, or both exponentials of the
/// asymptotic one (DLMF 10.40.5).
Complex iv_ratio_on_ray(double n, Complex z) {
  const double size = std::abs(z);
  if (size <= 18 + n) {
    const Complex u = z * z / 4.0;
    Complex term = std::exp2(-n) / std::tgamma(n + 1), sum = 0;
    for (int k = 0; k < 400 && std::abs(term) > 1e-18 * std::abs(sum); ++k) {
      sum += term;
      term *= u / ((k + 1) * (n + k + 1));
    }
    return sum;
  }
  Complex term = 1, growing = 0, falling = 0;
  for (int k = 1; k < 200 && std::abs(term) > 1e-18; ++k) {
    growing += k % 2 == 1 ? term : -term;
    falling += term;
    const Complex next = term * (4 * n * n - (2 * k - 1.0) * (2 * k - 1)) / (8.0 * k * z);
    if (std::abs(next) > std::abs(term) && k > n) break;
    term = next;
  }
  constexpr double two_pi = 6.28318530717958647693;
  const double sign = std::fmod(n, 2) == 0 ? 1 : -1;  // i e^(i n pi)
  const Complex both = std::exp(z) * growing + Complex(0, sign) * std::exp(-z) * falling;
  return both / std::sqrt(two_pi * z) / std::pow(z, n);
}

/// The n-th derivative of the sum of (2 k - 1)!! / 2^(k + 1) x^-(2 k + 1), or with terms of
/// alternating `sign`, from |x| = 10 on; nothing where it would diverge.
double falling_series(double n, double x, double sign) {
  if (!is_count(n) || !(std::fabs(x) > 6)) return nan;
  if (std::isinf(x)) return 0;
  const double square = sign * x * x;
  double term = 0.5;
  for (int j = 0; j < n; ++j) term *= -(j + 1) / x;
  term /= x;
  double sum = 0;
  for (int k = 0; k < 60 && std::fabs(term) > 1e-18 * std::fabs(sum); ++k) {
    sum += term;
    const double low = 2 * k + 1;
    term *= low / (2 * square) * ((low + n) * (low + n + 1) / (low * (low + 1)));
  }
  return sum;
}

constexpr int most_orders = 64;
/// The coefficients of a power series in complex numbers, as many as are asked for.
using Coefficients = std::array<Complex, most_orders>;

Coefficients reciprocal(const Coefficients& a, int order) {
  Coefficients y;
  for (int k = 0; k <= order; ++k) {
    Complex sum = k == 0 ? 1 : 0;
    for (int j = 1; j <= k; ++j) sum -= a[j] * y[k - j];
    y[k] = sum / a[0];
  }
  return y;
}

/// t + 1 / (t + 2 / (t + 3 / ...)) in powers of what is added to t, as below: with Re t >= 4, or
/// with Re t^2 <= -196, where it is the asymptotic series of both sides of the imaginary axis.
Coefficients laplace_fraction(Complex t, int order) {
  Coefficients sum{t, 1};
  if (std::isinf(t.real()) || std::isinf(t.imag())) return sum;
  const double right = std::fmax(t.real(), 4);
  for (int k = 16 + static_cast<int>(600 / (right * right)); k > 0; --k) {
    const Coefficients beside = reciprocal(sum, order);
    for (int j = 0; j <= order; ++j) sum[j] = static_cast<double>(k) * beside[j];
    sum[0] += t;
    sum[1] += 1;
  }
  return sum;
}

/// The n-th derivative of what has these coefficients, in something that t is `scale` times.
Complex derivative(const Coefficients& c, int n, double scale) {
  return c[n] * std::tgamma(n + 1.0) * std::pow(scale, n);
}

/// The n-th derivative of (e^z - 1) / z: its power series, by parts where |z| is large, and from
/// the other end where Re z < 0.
Complex exprel_derivative(int n, Complex z) {
  Complex sum = 0;
  if (std::abs(z) > 4 + 2 * n) {
    Complex term = 1.0 / z;
    for (int j = 0; j <= n; ++j) {
      sum += std::exp(z) * term;
      term *= -static_cast<double>(n - j) / z;
    }
    Complex start = -1.0 / z;
    for (int j = 1; j <= n; ++j) start *= -static_cast<double>(j) / z;
    return sum + start;
  }
  const bool is_falling = z.real() < 0;
  Complex term = is_falling ? 1.0 / (n + 1) : 1.0;
  for (int k = 0; k < 400 && std::abs(term) > 1e-19 * std::abs(sum); ++k) {
    sum += is_falling ? term : term / (n + k + 1.0);
    term *= is_falling ? -z / (n + k + 2.0) : z / (k + 1.0);
  }
  return is_falling ? std::exp(z) * sum : sum;
}

}  // namespace

/// The real part (part 0) or the imaginary one of i^n I_n(z) / z^n at z = x e^(i pi / 4), which is
/// ber + i bei differentiated n times by x^2 / 2.
double kelvin_ratio(const double* operands) {
  const double n = operands[1], x = std::fabs(operands[2]);
  if (!is_count(n) || !std::isfinite(x)) return nan;
  constexpr double root_half = 0.70710678118654752440;
  constexpr Complex turns[] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  const Complex y =
      turns[static_cast<int>(n) % 4] * iv_ratio_on_ray(n, x * Complex(root_half, root_half));
  return operands[0] == 0 ? y.real() : y.imag();
}

double dawsn_tail(const double* operands) { return falling_series(operands[0], operands[1], 1); }

double erfcx_tail(const double* operands) {
  constexpr double two_over_sqrt_pi = 1.12837916709551257390;
  return two_over_sqrt_pi * falling_series(operands[0], operands[1], -1);
}

/// With t = -x it is t + 1 / (t + 2 / (t + 3 / ...)), Laplace's continued fraction (DLMF 7.9.1),
/// which has a limit for every derivative where x is -inf.
double inverse_mills_tail(const double* operands) {
  const double n = operands[0], x = operands[1];
  Orders orders;
  if (!is_count(n) || !(x <= -4)) return nan;
  orders.of[0] = static_cast<int>(n);
  if (!orders.fits()) return nan;
  const Taylor t = Taylor::variable(orders, 0, x) * -1;
  Taylor beside(orders);
  for (int k = 16 + static_cast<int>(600 / (x * x)); k > 0; --k) {
    beside = inverse(t + beside) * k;
  }
  return (t + beside).derivative();
}

Complex complex_mills_tail(const double* operands, Complex x) {
  const double n = operands[0];
  if (!is_count(n) || n >= most_orders) return {nan, nan};
  const int order = static_cast<int>(n);
  return derivative(laplace_fraction(-x, order), order, -1);
}

/// erfcx(z) is sqrt(2 / pi) over that fraction of sqrt(2) z.
Complex complex_erfcx_tail(const double* operands, Complex z) {
  constexpr double root_two = 1.41421356237309504880, density = 0.79788456080286535588;
  const double n = operands[0];
  if (!is_count(n) || n >= most_orders) return {nan, nan};
  const int order = static_cast<int>(n);
  const Coefficients c = reciprocal(laplace_fraction(root_two * z, order), order);
  return density * derivative(c, order, root_two);
}

/// The n-th derivative of sinh(z) / z (kind 0), or of sin(z) / z (kind 1), which is half the
/// integral of e^(i s z) over s from -1 to 1.
Complex sine_quotient(const double* operands, Complex z) {
  if (!is_count(operands[1])) return {nan, nan};
  const int n = static_cast<int>(operands[1]);
  const Complex unit = operands[0] == 0 ? Complex(1, 0) : Complex(0, 1);
  const Complex both =
      exprel_derivative(n, unit * z) + (n % 2 == 0 ? 1.0 : -1.0) * exprel_derivative(n, -unit * z);
  return 0.5 * std::pow(unit, n) * both;
}

/// The n-th derivative of log(1 + w) / w: its power series, or Leibniz' rule.
Complex complex_log1prel(const double* operands, Complex w) {
  if (!is_count(operands[0])) return {nan, nan};
  const int n = static_cast<int>(operands[0]);
  if (std::abs(w) < 0.5) {
    Complex term = std::tgamma(n + 1.0) * (n % 2 == 0 ? 1 : -1), sum = 0;
    for (int k = n; k < 400 && std::abs(term) > 1e-19; ++k) {
      sum += term / (k + 1.0);
      term *= -w * ((k + 1.0) / (k + 1.0 - n));
    }
    return sum;
  }
  const double factor = (n % 2 == 0 ? 1 : -1) * std::tgamma(n + 1.0);
  Complex sum = factor * std::log(1.0 + w) / std::pow(w, n + 1);
  double binomial = 1;
  for (int j = 1; j <= n; ++j) {
    binomial *= (n - j + 1.0) / j;
    const double sign = (n - 1) % 2 == 0 ? 1 : -1;
    sum += binomial * sign * std::tgamma(j) * std::tgamma(n - j + 1.0) * std::pow(1.0 + w, -j) /
           std::pow(w, n - j + 1);
  }
  return sum;
}

}  // namespace wg::point
