/// Branches of the inverse of w e^w.
#include <cmath>
#include <complex>
#include <limits>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

using Complex = std::complex<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double tau = 6.28318530717958647693;
constexpr double e = 2.71828182845904523536, e_inverse_high = 0.36787944117144233402,
                 e_inverse_low = -1.2428753672788363168e-17;

/// Near the branch point at -1/e, in the root of 2 (e z + 1): Corless et al. (1996), eq. 4.22.
Complex near_branch_point(Complex root) {
  constexpr double c[] = {-1, 1, -1.0 / 3, 11.0 / 72, -43.0 / 540, 769.0 / 17280};
  Complex sum = c[5];
  for (int k = 4; k >= 0; --k) sum = sum * root + c[k];
  return sum;
}

/// Where an iteration begins.
Complex first_guess(Complex z, double k) {
  const Complex apart = 2 * e * ((z + e_inverse_high) + e_inverse_low);
  const bool is_near_branch = std::abs(apart) < 1.6;
  if (k == 0) {
    if (is_near_branch) return near_branch_point(std::sqrt(apart));
    if (std::abs(z) < 1 && z.real() > -0.2 - 2.5 * std::fabs(z.imag()))
      return z * (1.0 + z * 4.0 / 3.0) / (1.0 + z * (7.0 / 3.0 + z * 5.0 / 6.0));
  }
  // the branch -1 above, and on, the real axis, the branch 1 below, begin at the same point
  const bool is_above = !std::signbit(z.imag());
  if (is_near_branch && ((k == -1 && is_above) || (k == 1 && !is_above && z.imag() != 0)))
    return near_branch_point(-std::sqrt(apart));
  if (k == -1 && z.imag() == 0 && z.real() < 0 && z.real() > -e_inverse_high) {
    const double log = std::log(-z.real());
    return log - std::log(-log);
  }
  const Complex log = std::log(z) + Complex(0, tau * k);
  return std::abs(log) > 0.5 ? log - std::log(log) : log;
}

}  // namespace

/// Halley's iteration on w - z e^-w, or on w e^w - z where the exponential would overflow.
Complex lambertw_branch(const double* operands, Complex z) {
  const double k = operands[0];
  if (std::isnan(z.real()) || std::isnan(z.imag()) || k != std::floor(k)) return {nan, nan};
  if (z == 0.0) return k == 0 ? z : Complex(-infinity, 0);
  if (std::isinf(z.real()) || std::isinf(z.imag())) {
    const Complex log = std::log(z);
    return {infinity, log.imag() + tau * k};
  }
  Complex w = first_guess(z, k);
  if (std::abs(w + 1.0) < 1e-3) return w;  // to the last digit, where the iteration loses them
  for (int i = 0; i < 100; ++i) {
    const bool is_right = w.real() >= 0;
    const Complex power = std::exp(is_right ? -w : w);
    const Complex residual = is_right ? w - z * power : w * power - z;
    const Complex slope = is_right ? w + 1.0 : power * (w + 1.0);
    if (residual == 0.0 || slope == 0.0) break;
    const Complex next = w - residual / (slope - (w + 2.0) * residual / (2.0 * w + 2.0));
    const bool is_last = std::abs(next - w) <= 1e-15 * std::abs(next);
    w = next;
    if (is_last) break;
  }
  return w;
}

}  // namespace wg::point
