/// The derivatives of Student's distribution function: incomplete beta functions on Taylor series,
/// and where the degrees of freedom are many an integral of a density that is smooth in their
/// inverse.
#include <cmath>
#include <limits>
#include <vector>

#include "kernels/point/beta_fraction.h"
#include "kernels/point/families.h"
#include "kernels/point/gauss.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double half_log_2pi = 0.91893853320467274178;
constexpr double many = 30;  // degrees of freedom, from which their derivatives would cancel

/// log(1 + u) / u on a Taylor series.
Taylor log1prel(const Taylor& u) {
  std::vector<double> coefficients;
  double factorial = 1;
  for (int k = 0; k <= u.orders().degree(); ++k) {
    if (k > 0) factorial *= k;
    const double operands[] = {static_cast<double>(k), u.constant()};
    coefficients.push_back(log1prel_derivative(operands) / factorial);
  }
  return composed(coefficients, u);
}

/// The logarithm of the density at t, by w = 1 / df: log gamma((df + 1) / 2) - log gamma(df / 2)
/// less half of log(df / 2) is a series of odd powers of w (DLMF 5.11.8 at 0 and 1 / 2).
Taylor log_density(const Taylor& w, const Taylor& t) {
  constexpr double coefficients[] = {-1.0 / 4, 1.0 / 24, -1.0 / 20, 17.0 / 112, -31.0 / 36};
  const Taylor square = t * t, u = square * w, squared = w * w;
  Taylor series(w.orders());
  for (int k = 4; k >= 0; --k) series = series * squared + coefficients[k];
  const Taylor of_u = log1prel(u);
  return series * w - (square + u) * of_u * 0.5 + -half_log_2pi;
}

Taylor integral(const Taylor& w, double from, double to) {
  Taylor sum(w.orders());
  const double half = (to - from) / 2;
  for_each_gauss_point([&](double x, double weight) {
    sum += exp(log_density(w, Taylor(w.orders(), from + half * (1 + x)))) * (half * weight);
  });
  return sum;
}

/// stdtr(df, t) less 1/2 or 1, so that near 0 and far out nothing cancels; t > 0.
Taylor share_of_many(const Taylor& w, double t) {
  if (t < 1.5) return integral(w, 0, t / 2) + integral(w, t / 2, t);
  const double most = log_density(w, Taylor(w.orders(), t)).constant();
  Taylor sum(w.orders());
  for (double s = t; log_density(w, Taylor(w.orders(), s)).constant() > most - 45;) {
    const double end = s + 4 / (1 + s);
    sum += integral(w, s, end);
    s = end;
  }
  return sum * -1;
}

}  // namespace

double stdtr_derivative(const double* operands) {
  Orders orders = Orders::of_digits(operands[0]);
  const double df = operands[1], t = operands[2], square = t * t;
  if (!(df > 0) || std::isnan(t) || !orders.fits()) return nan;
  if (std::isinf(t)) return 0;
  const bool is_density = orders.of[1] > 0;
  if (is_density) --orders.of[1];
  const Taylor v = Taylor::variable(orders, 0, df), half(orders, 0.5), half_v = v * 0.5;
  const Taylor beta = log_beta(half_v, half);
  if (is_density) {
    const Taylor point = Taylor::variable(orders, 1, t);
    if (df >= many) return exp(log_density(inverse(v), point)).derivative();
    Taylor ratio = log(point * point / v + 1);
    ratio.set_constant(std::log1p(square / df));
    return exp((v + 1) * ratio * -0.5 - log(v) * 0.5 - beta).derivative();
  }
  if (t == 0) return 0;
  const double sign = t > 0 ? 0.5 : -0.5;
  if (df >= many && square < df)
    return 2 * sign * share_of_many(inverse(v), std::fabs(t)).derivative();
  const Taylor whole = v + square;
  const Taylor of_t = Taylor(orders, square) / whole, of_v = v / whole;
  const Taylor factor = exp(half_v * log(of_v) + log(of_t) * 0.5 - beta);
  return is_low(0.5, df / 2, of_t.constant())
             ? sign * (factor * 2 * beta_fraction(half, half_v, of_t)).derivative()
             : -sign * (factor / half_v * beta_fraction(half_v, half, of_v)).derivative();
}

}  // namespace wg::point
