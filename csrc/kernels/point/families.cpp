#include "kernels/point/families.h"

#include <cmath>
#include <limits>

namespace wg {
namespace point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool is_count(double n) { return n >= 0 && n == std::floor(n) && n < 1e6; }

/// n! / z^(n+1) - or with the factors up to j alone: the terms n! / (n-j)! / z^j, summed.
double falling_sum(int n, double z, double sign) {
  double sum = 0, term = 1;
  for (int j = 0; j <= n; ++j) {
    sum += term;
    term *= sign * (n - j) / z;
  }
  return sum;
}

}  // namespace

/// The integral of s^n e^(s z) over s from 0 to 1: a series of positive terms, and integration by
/// parts where |z| is large.
double exprel_derivative(const double* operands) {
  const double z = operands[1];
  if (!is_count(operands[0]) || std::isnan(z)) return nan;
  if (std::isinf(z)) return z > 0 ? infinity : 0;
  const int n = static_cast<int>(operands[0]);
  const double size = std::fabs(z);
  if (size > 60 + 2 * n) {
    const double half = std::exp(z / 2);
    const double end = half * (falling_sum(n, z, -1) / z) * half;
    double start = 1 / -z;  // n! / (-z)^(n+1)
    for (int j = 1; j <= n; ++j) start *= j / -z;
    return end + start;
  }
  double sum = 0;
  if (z < -1) {
    double term = 1.0 / (n + 1);
    for (int k = 0; term > 1e-18 * sum; ++k) {
      sum += term;
      term *= size / (n + k + 2);
    }
    return std::exp(z) * sum;
  }
  double term = 1;
  for (int k = 0; std::fabs(term) > 1e-18 * std::fabs(sum); ++k) {
    sum += term / (n + k + 1);
    term *= z / (k + 1);
  }
  return sum;
}

/// (-1)^n n! times the integral of s^n / (1 + s w)^(n+1) over s from 0 to 1: transformed
/// hypergeometric series of positive terms, and Leibniz' rule away from 0.
double log1prel_derivative(const double* operands) {
  const double w = operands[1];
  if (!is_count(operands[0]) || !(w >= -1)) return nan;
  const int n = static_cast<int>(operands[0]);
  const double factor = (n % 2 == 0 ? 1 : -1) * std::tgamma(n + 1.0);
  if (w == infinity) return factor * 0.0;
  if (w == -1) return factor * infinity;
  if (w >= 0 && w <= 4) {
    const double z = w / (1 + w);
    double sum = 0, power = 1;
    for (int k = 0; power > 1e-18; ++k, power *= z) sum += power / (n + 1 + k);
    return factor * sum * std::pow(1 + w, -(n + 1));
  }
  if (w < 0 && w > -0.9) {
    double sum = 0, term = 1.0 / (n + 1);
    for (int k = 0; term > 1e-18 * sum; ++k) {
      sum += term;
      term *= -w * (k + 1) / (n + k + 2);
    }
    return factor * sum * std::pow(1 + w, -n);
  }
  // the derivatives of log(1 + w) with those of 1 / w
  double sum = factor * std::log1p(w) / std::pow(w, n + 1), binomial = 1;
  for (int j = 1; j <= n; ++j) {
    binomial *= (n - j + 1.0) / j;
    const double of_log = (j % 2 == 1 ? 1 : -1) * std::tgamma(j) * std::pow(1 + w, -j);
    const double of_inverse =
        ((n - j) % 2 == 0 ? 1 : -1) * std::tgamma(n - j + 1.0) / std::pow(w, n - j + 1);
    sum += binomial * of_log * of_inverse;
  }
  return sum;
}

/// e^-|x| iv(n, x) / x^n: the power series, whose terms are positive, or the asymptotic one.
double ive_ratio(const double* operands) {
  const double x = std::fabs(operands[1]);
  if (!is_count(operands[0]) || std::isnan(x)) return nan;
  const double n = operands[0];
  if (x == infinity) return 0;
  if (x <= 600 && x <= 30 + n * n) {
    const double u = x * x / 4;
    double term = std::exp2(-n) / std::tgamma(n + 1), sum = 0;
    for (int k = 0; term > 1e-18 * sum; ++k) {
      sum += term;
      term *= u / ((k + 1) * (n + k + 1));
    }
    return std::exp(-x) * sum;
  }
  double term = 1, sum = 0;
  for (int k = 1; k < 60 && std::fabs(term) > 1e-18 * std::fabs(sum); ++k) {
    sum += term;
    const double next = term * -(4 * n * n - (2 * k - 1.0) * (2 * k - 1)) / (8 * k * x);
    if (std::fabs(next) > std::fabs(term) && k > n) break;
    term = next;
  }
  constexpr double two_pi = 6.28318530717958647693;
  return sum / std::sqrt(two_pi * x) / std::pow(x, n);
}

double iv_ratio(const double* operands) {
  const double half = std::exp(std::fabs(operands[1]) / 2);
  return std::fabs(operands[1]) == infinity ? infinity : half * ive_ratio(operands) * half;
}

}  // namespace point

std::span<const OwnFunction> own_functions() {
  static constexpr OwnFunction all[] = {{"polygamma", point::polygamma},
                                        {"exprel_derivative", point::exprel_derivative},
                                        {"log1prel_derivative", point::log1prel_derivative},
                                        {"iv_ratio", point::iv_ratio},
                                        {"ive_ratio", point::ive_ratio},
                                        {"sinc_root_derivative", point::sinc_root_derivative},
                                        {"arctan_root_derivative", point::arctan_root_derivative},
                                        {"kelvin_ratio", point::kelvin_ratio},
                                        {"boxcox_derivative", point::boxcox_derivative},
                                        {"boxcox1p_derivative", point::boxcox1p_derivative},
                                        {"bessel_far", point::bessel_far},
                                        {"dawsn_tail", point::dawsn_tail},
                                        {"erfcx_tail", point::erfcx_tail},
                                        {"inverse_mills_tail", point::inverse_mills_tail},
                                        {"psi_difference", point::psi_difference},
                                        {"gammaincinv_slope", point::gammaincinv_slope},
                                        {"betaincinv_slope", point::betaincinv_slope},
                                        {"rgamma_derivative", point::rgamma_derivative},
                                        {"elliptic_moment", point::elliptic_moment},
                                        {"bessel_order_derivative", point::bessel_order_derivative},
                                        {"gammainc_derivative", point::gammainc_derivative},
                                        {"betainc_derivative", point::betainc_derivative},
                                        {"stdtr_derivative", point::stdtr_derivative},
                                        {"zeta_derivative", point::zeta_derivative},
                                        {"complex_polygamma", nullptr, point::complex_polygamma},
                                        {"complex_log1prel", nullptr, point::complex_log1prel},
                                        {"complex_erfcx_tail", nullptr, point::complex_erfcx_tail},
                                        {"complex_mills_tail", nullptr, point::complex_mills_tail},
                                        {"sine_quotient", nullptr, point::sine_quotient},
                                        {"lambertw_branch", nullptr, point::lambertw_branch}};
  return all;
}

}  // namespace wg
