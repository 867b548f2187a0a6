/// Differences of derivatives of psi.
#include <cmath>
#include <limits>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

bool is_pole(double x) { return x <= 0 && x == std::floor(x); }

double polygamma_at(double n, double x) {
  const double operands[] = {n, x};
  return polygamma(operands);
}

/// psi(a) - psi(a + b) of positive numbers: the recurrence and the asymptotic series, subtracted
/// term by term.
double positive_difference(double a, double b) {
  double sum = 0;
  for (; a < 12 || a + b < 12; a += 1) sum -= b / (a * (a + b));
  const double c = a + b, apart = b / (a * c);  // 1 / a - 1 / c
  // B_2k / 2k
  constexpr double coefficients[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                                     1.0 / 132, -691.0 / 32760, 1.0 / 12,  -3617.0 / 8160};
  const double u = 1 / (a * a), w = 1 / (c * c);
  double tail = 0, power = 1, homogeneous = 1;  // (u^k - w^k) / (u - w)
  for (const double coefficient : coefficients) {
    tail += coefficient * homogeneous;
    power *= w;
    homogeneous = u * homogeneous + power;
  }
  return sum - std::log1p(b / a) - apart * (0.5 + tail * (1 / a + 1 / c));
}

}  // namespace

double psi_difference(const double* operands) {
  const double n = operands[0], a = operands[1], b = operands[2];
  if (std::isfinite(b) && is_pole(a) && is_pole(a + b)) {  // reflected; cotangents are equal
    const double sign = std::fmod(n, 2) == 0 ? 1 : -1;
    return sign * (polygamma_at(n, 1 - a) - polygamma_at(n, 1 - a - b));
  }
  if (n == 0 && a > 0 && a + b > 0 && std::isfinite(a + b)) return positive_difference(a, b);
  return polygamma_at(n, a) - polygamma_at(n, a + b);
}

}  // namespace wg::point
