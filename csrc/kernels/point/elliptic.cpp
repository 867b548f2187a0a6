/// Elliptic integrals with the powers that derivatives bring, by quadrature.
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "kernels/point/families.h"

namespace wg::point {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double half_pi = 1.57079632679489661923, pi = 2 * half_pi;

/// A place between 0 and 1, what is left to 1, and its weight.
struct Node {
  double at, rest, weight;
};

Node node_of(double s, double weight) {
  const double at = 1 / (1 + std::exp(-s)), rest = 1 / (1 + std::exp(s));
  return {at, rest, weight * at * rest};
}

/// Rules whose nodes crowd at the ends, so that poles of the integrand near these do little harm.
/// By tanh and sinh (Takahasi and Mori, 1974), which fewer nodes serve, or by tanh alone, where
/// poles come nearer to an end than that bears.
std::span<const Node> rule(bool is_for_near_poles) {
  constexpr int few = 121, many = 281;
  static const auto by_sinh = [] {
    std::array<Node, few> made{};
    for (int k = 0; k < few; ++k) {
      constexpr double step = 0.055;
      const double t = (k - few / 2) * step;
      made[static_cast<std::size_t>(k)] = node_of(pi * std::sinh(t), step * pi * std::cosh(t));
    }
    return made;
  }();
  static const auto by_tanh = [] {
    std::array<Node, many> made{};
    for (int k = 0; k < many; ++k) {
      constexpr double step = 0.275;
      made[static_cast<std::size_t>(k)] = node_of((k - many / 2) * step, step);
    }
    return made;
  }();
  if (is_for_near_poles) return by_tanh;
  return by_sinh;
}

double to_count(double x, int n) {
  double product = 1;
  for (; n > 0; --n) product *= x;
  return product;
}

/// The integral from 0 to phi, which is at most pi / 2 and leaves `rest` to it.
double quarter(double power, double n, double phi, double rest, double m) {
  const auto square_of_root = [&](double sine, double cosine) {
    return m > 0.5 ? (1 - m) + m * cosine * cosine : 1 - m * sine * sine;
  };
  const bool has_near_pole = square_of_root(std::sin(phi), std::sin(rest)) < 2e-3 || m < -500;
  const int count = static_cast<int>(n);
  double sum = 0;
  for (const Node& node : rule(has_near_pole)) {
    const double sine = std::sin(phi * node.at), cosine = std::sin(rest + phi * node.rest);
    const double base = square_of_root(sine, cosine), root = std::sqrt(base);
    const double start = power > 0 ? root : 1 / root;
    sum += node.weight * start * to_count(sine * sine / base, count);
  }
  return phi * sum;
}

}  // namespace

/// The integral of sin(t)^2n (1 - m sin(t)^2)^(p - n) over t from 0 to phi; p is 1/2 or -1/2.
double elliptic_moment(const double* operands) {
  const double power = operands[0], n = operands[1], phi = operands[2], m = operands[3];
  const bool is_count = n >= 0 && n == std::floor(n) && n < 1000;
  if (!std::isfinite(phi) || std::isnan(m) || !is_count) return nan;
  if (m == -infinity) return n > power ? 0 : infinity;
  const double turns = std::round(std::fabs(phi) / pi), within = std::fabs(phi) - turns * pi;
  const double size = std::fabs(within), rest = std::fmax(half_pi - size, 0);
  const bool passes_middle = std::fabs(phi) >= half_pi;
  if (m > 1 && (passes_middle || m * std::sin(size) * std::sin(size) > 1)) return nan;
  if (m == 1 && passes_middle && n > power) return std::copysign(infinity, phi);
  double total = std::copysign(quarter(power, n, size, rest, m), within);
  if (turns > 0) total += 2 * turns * quarter(power, n, half_pi, 0, m);
  return std::copysign(1.0, phi) * total;
}

}  // namespace wg::point
