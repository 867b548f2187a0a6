#include "kernels/point/taylor.h"

#include <vector>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double half_log_2pi = 0.91893853320467274178;

/// log beta(a, b): DiDonato and Morris (1992), by differences of Stirling's series for large b.
double log_beta_value(double a, double b) {
  if (a > b) std::swap(a, b);
  const double sum = a + b;
  if (b < 8) return std::lgamma(a) + (std::lgamma(b) - std::lgamma(sum));
  const double tails = stirling_rest(b) - stirling_rest(sum);
  const double far = (b - 0.5) * std::log1p(a / b);
  if (a < 8) return std::lgamma(a) - far - a * (std::log(sum) - 1) + tails;
  return half_log_2pi + stirling_rest(a) - 0.5 * std::log(a) - far - a * std::log1p(b / a) + tails;
}

}  // namespace

// Of the factors x^(power - m) and log(x)^n or, where that has a factor 0, log(x)^(n - 1).
double power_at_zero(double power, int m, int n) {
  double falling = 1, slope = 0;
  for (int j = 0; j < m; ++j) {
    slope = slope * (power - j) + falling;
    falling *= power - j;
  }
  if (falling == 0) return n == 0 ? 0 : (n % 2 == 1 ? slope : -slope) * infinity;
  if (power > m) return 0;
  if (power == m && n == 0) return falling;
  return (n % 2 == 0 ? falling : -falling) * infinity;
}

double without_log1p(double x) {
  if (x < -0.6 || x > 1.5) return x - std::log1p(x);
  const double r = x / (x + 2), square = r * r;
  double sum = 0, power = 1;
  for (int k = 0; power > 1e-18; ++k, power *= square) sum += power / (2 * k + 3);
  return r * (x - 2 * square * sum);
}

double stirling_rest(double x) {
  const double w = 1 / x, u = w * w;
  constexpr double c[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                          1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
  double sum = 0;
  for (int k = 7; k >= 0; --k) sum = sum * u + c[k];
  return w * sum;
}

Taylor log_gamma(const Taylor& a) {
  const int degree = a.orders().degree();
  std::vector<double> coefficients(static_cast<std::size_t>(degree) + 1);
  coefficients[0] = std::lgamma(a.constant());
  double factorial = 1;
  for (int k = 1; k <= degree; ++k) {
    factorial *= k;
    const double operands[] = {k - 1.0, a.constant()};
    coefficients[static_cast<std::size_t>(k)] = polygamma(operands) / factorial;
  }
  return composed(coefficients, a);
}

Taylor log_beta(const Taylor& a, const Taylor& b) {
  Taylor y = log_gamma(a) + log_gamma(b) - log_gamma(a + b);
  y.set_constant(log_beta_value(a.constant(), b.constant()));
  return y;
}

}  // namespace wg::point
