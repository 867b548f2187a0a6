#include <cmath>
#include <limits>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

bool is_order(double n) { return n >= 0 && n == std::floor(n) && n < 150; }

/// (-1)^n times the sum of terms, each of which `ratio` makes of the one before.
template <typename Ratio> double series(int n, double first, Ratio ratio) {
  double sum = 0, term = first;
  for (int j = 0; std::fabs(term) > 1e-18 * std::fabs(sum); ++j) {
    sum += term;
    term *= ratio(j);
  }
  return n % 2 == 0 ? sum : -sum;
}

}  // namespace

/// With h = sin(sqrt(s)) / sqrt(s): the power series, in which little cancels, or for larger s the
/// differential equation 4 s h'' + 6 h' + h = 0, differentiated.
double sinc_root_derivative(const double* operands) {
  const double s = operands[1];
  if (!is_order(operands[0]) || std::isnan(s)) return nan;
  const int n = static_cast<int>(operands[0]);
  if (std::isinf(s)) return s > 0 ? 0 : infinity;
  if (s <= 3 + n * n) {
    double first = 1;  // n! / (2n+1)!
    for (int j = 1; j <= n; ++j) first /= 2 * (2 * j + 1);
    return series(n, first, [=](int j) { return -s / (2 * (j + 1) * (2.0 * n + 2 * j + 3)); });
  }
  const double root = std::sqrt(s);
  double h = std::sin(root) / root, next = (std::cos(root) - h) / (2 * s);
  for (int j = 0; j < n; ++j) {
    const double behind = -((4 * j + 6) * next + h) / (4 * s);
    h = next;
    next = behind;
  }
  return h;
}

/// With f = arctan(sqrt(s)) / sqrt(s): the power series of negative s, a transformed one of
/// positive terms (NIST DLMF 15.8.1), or for larger s the equation 2 s f' + f = 1 / (1 + s),
/// differentiated.
double arctan_root_derivative(const double* operands) {
  const double s = operands[1];
  if (!is_order(operands[0]) || !(s >= -1)) return nan;
  const int n = static_cast<int>(operands[0]);
  const double factor = std::tgamma(n + 1.0) / (2 * n + 1);
  if (s == infinity) return 0;
  if (s == -1) return n % 2 == 0 ? infinity : -infinity;
  if (s < 0) {
    if (n == 0) return std::atanh(std::sqrt(-s)) / std::sqrt(-s);
    return series(n, factor, [=](int j) {
      return -s * (n + j + 1) / (j + 1) * (2.0 * n + 2 * j + 1) / (2.0 * n + 2 * j + 3);
    });
  }
  if (s <= 4) {
    const double z = s / (1 + s);
    return series(n, factor, [=](int j) { return z * (n + 1 + j) / (n + 1.5 + j); }) *
           std::pow(1 + s, -(n + 1));
  }
  double f = std::atan(std::sqrt(s)) / std::sqrt(s), inverse = 1 / (1 + s);
  for (int j = 0; j < n; ++j) {
    f = (inverse - (2 * j + 1) * f) / (2 * s);
    inverse *= -(j + 1) / (1 + s);
  }
  return f;
}

}  // namespace wg::point
