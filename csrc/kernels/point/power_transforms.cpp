/// The derivatives of Box and Cox' power transform in the power, at its ends too.
#include <cmath>
#include <limits>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// (e^(y l) - 1) / y differentiated n times in y: the power l^(n + 1) times a derivative of (e^w -
/// 1) / w, or where l is infinite that of the one term that is left.
double transform(double n, double l, double y) {
  if (!(n >= 0 && n < 100) || std::isnan(l) || std::isnan(y)) return nan;
  if (std::isinf(l)) {
    if (l * y < 0) return (std::fmod(n, 2) == 0 ? -1 : 1) * std::tgamma(n + 1) / std::pow(y, n + 1);
    return l < 0 && std::fmod(n, 2) == 0 ? -infinity : infinity;
  }
  const double operands[] = {n, y * l};
  return std::pow(l, n + 1) * exprel_derivative(operands);
}

}  // namespace

double boxcox_derivative(const double* operands) {
  return transform(operands[0], std::log(operands[1]), operands[2]);
}

double boxcox1p_derivative(const double* operands) {
  return transform(operands[0], std::log1p(operands[1]), operands[2]);
}

}  // namespace wg::point
