/// Bessel functions of the first and second kind differentiated in their order: contour integrals,
/// and Hankel's expansion on Taylor series of the order.
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <limits>

#include "kernels/point/families.h"
#include "kernels/point/gauss.h"
#include "kernels/point/taylor.h"

namespace wg::point {
namespace {

using Complex = std::complex<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double pi = 3.14159265358979323846;
constexpr double negligible = 60;  // minus the logarithm of what is left out
constexpr int most = 16;           // derivatives, the function itself included
using Derivatives = std::array<double, most>;

double sin_pi(double v) {
  const double turn = std::fmod(v, 2);
  return std::fmod(turn, 1) == 0 ? 0 : std::sin(pi * turn);
}
double cos_pi(double v) {
  const double turn = std::fmod(std::fabs(v), 2);
  return turn == 0.5 || turn == 1.5 ? 0 : std::cos(pi * turn);
}

/// The m-th derivatives of sin(pi v) and cos(pi v), exactly 0 where they are.
double sine_derivative(int m, double v) {
  return std::pow(pi, m) * (m % 4 < 2 ? 1 : -1) * (m % 2 == 0 ? sin_pi(v) : cos_pi(v));
}
double cosine_derivative(int m, double v) { return sine_derivative(m + 1, v) / pi; }

/// A straight way: `from + u direction` for u from 0 to `length`.
struct Line {
  Complex from, direction;
  double length;
  Complex at(double u) const { return from + u * direction; }
};

/// The integrals of (-t)^k e^(x sinh(t) - v t - shift) dt, k = 0, 1, ..., n, over a contour: by
/// Gauss' rule of 16 points on lengths over which the exponent changes by a few units.
class ContourIntegrals {
 public:
  ContourIntegrals(int n, double v, double x, double shift) : n_(n), v_(v), x_(x), shift_(shift) {}

  /// Adds a line along which the integrand rises up to u = peak and falls from there on, but for
  /// what does not matter.
  void add(const Line& line, double peak) {
    const double unit = std::abs(line.direction);
    for (double u = start(line, peak), stride = 0; u < line.length; u += stride) {
      if (u > peak && size_at(line.at(u)) < -negligible) break;
      stride = std::fmin(stride_at(line.at(u), unit, 1), line.length - u);
      add_panel(line.at(u), stride * line.direction, 1, 0);
    }
  }

  /// Adds the way from s + pi i to infinity + pi i.
  void add_upper_end(double s) {
    const Complex turn(cos_pi(v_), -sin_pi(v_));
    while (-x_ * std::sinh(s) - v_ * s - shift_ > -negligible) {
      const double stride = stride_at(s, 1, -1);
      add_panel(s, stride, turn, pi);
      s += stride;
    }
  }

  Complex operator[](int k) const { return sums_[static_cast<std::size_t>(k)]; }

 private:
  /// The real part of the exponent.
  double size_at(Complex t) const {
    return x_ * std::sinh(t.real()) * std::cos(t.imag()) - v_ * t.real() - shift_;
  }

  double start(const Line& line, double peak) const {
    if (size_at(line.from) > -negligible) return 0;
    double low = 0, high = peak;
    for (int i = 0; i < 60; ++i) {
      const double middle = (low + high) / 2;
      (size_at(line.at(middle)) < -negligible ? low : high) = middle;
    }
    return low;
  }

  double stride_at(Complex t, double unit, double sign) const {
    const double first = std::abs(sign * x_ * std::cosh(t) - v_) * unit;
    const double second = std::abs(x_ * std::sinh(t)) * unit * unit;
    const double third = x_ * std::cosh(t.real()) * unit * unit * unit;
    return std::min({1.0, 5 / first, std::sqrt(10 / second), std::cbrt(30 / third)});
  }

  /// From t to t + width; or so far `above`, by 0 or pi, where the sinh has the other sign and
  /// e^(-v t) is e^(-v t) of what is below times `turn`.
  void add_panel(Complex t, Complex width, Complex turn, double above) {
    const Complex half = 0.5 * width, middle = t + half;
    const double sign = above == 0 ? 1 : -1;
    for_each_gauss_point([&](double x, double weight) {
      const Complex at = middle + x * half;
      Complex term = weight * half * turn;
      term *= std::exp(sign * x_ * std::sinh(at) - v_ * at - shift_);
      for (int k = 0; k <= n_; ++k, term *= -(at + Complex(0, above)))
        sums_[static_cast<std::size_t>(k)] += term;
    });
  }

  int n_;
  double v_, x_, shift_;
  std::array<Complex, most> sums_{};
};

/// Derivatives of J over e^logarithm, and of Y times e^logarithm.
struct Both {
  Derivatives first{}, second{};
  double logarithm = 0;
};

/// The integrals of Schläfli and Sommerfeld (DLMF 10.9.17 and 10.9.18) for v >= 0, on ways through
/// the saddle points of the exponent, where no digits cancel: i arccos(v / x), where one integral
/// gives both functions; or arccosh(v / x), where J is small, and minus that, where Y is large.
Both by_contours(int n, double v, double x) {
  const bool is_oscillating = v <= x;
  const double saddle = is_oscillating ? std::acos(v / x) : std::acosh(v / x);
  Both both;
  if (!is_oscillating) both.logarithm = x * std::sinh(saddle) - v * saddle;
  const double begin = is_oscillating ? saddle : 0;
  const Complex diagonal(1, 1);

  ContourIntegrals hankel(n, v, x, -both.logarithm), from_left = hankel;
  hankel.add({-begin, diagonal, pi}, begin);
  hankel.add_upper_end(pi - begin);
  from_left.add({-begin, -1, infinity}, is_oscillating ? 0 : saddle);  // backwards

  ContourIntegrals schlaefli(n, v, x, both.logarithm);
  if (is_oscillating) {
    schlaefli = hankel;
  } else {  // steepest where the saddle is far from the real axis' other one
    const bool is_far = saddle > 0.5;
    schlaefli.add({saddle, is_far ? Complex(0, 1) : diagonal, pi}, 0);
    schlaefli.add_upper_end(is_far ? saddle : saddle + pi);
  }
  for (int k = 0; k <= n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    both.first[at] = schlaefli[k].imag() / pi;
    both.second[at] = (from_left[k] - hankel[k]).real() / pi;
  }
  return both;
}

/// f(v) cos(pi v) + g(v) sin(pi v), differentiated n times.
double turned(int n, double v, const Derivatives& f, const Derivatives& g) {
  double sum = 0, binomial = 1;
  for (int k = 0; k <= n; ++k) {
    const auto at = static_cast<std::size_t>(k);
    sum += binomial * (f[at] * cosine_derivative(n - k, v) + g[at] * sine_derivative(n - k, v));
    binomial *= (n - k) / (k + 1.0);
  }
  return sum;
}

double by_contours(bool is_second, int n, double v, double x) {
  const Both both = by_contours(n, std::fabs(v), x);
  const auto last = static_cast<std::size_t>(n);
  const auto scaled = [&](double number, double logarithm) {
    const double half = std::exp(logarithm / 2);  // whose square may be infinite
    return half * number * half;
  };
  if (v >= 0) {
    return is_second ? scaled(both.second[last], -both.logarithm)
                     : scaled(both.first[last], both.logarithm);
  }
  // functions of the order -v: J cos(pi v) + Y sin(pi v), and Y cos(pi v) - J sin(pi v)
  Derivatives first{}, second{};
  const double down = std::exp(2 * both.logarithm);
  for (std::size_t k = 0; k <= last; ++k) {
    const double sign = k % 2 == 0 ? 1 : -1;
    first[k] = (is_second ? -sign : sign) * down * both.first[k];
    second[k] = sign * both.second[k];
  }
  const double sum = is_second ? turned(n, v, second, first) : turned(n, v, first, second);
  return scaled(sum, -both.logarithm);
}

/// Hankel's expansion (DLMF 10.17.3 and 10.17.4), for large x.
double by_asymptotic_series(bool is_second, int n, double v, double x) {
  const Orders orders{{n, 0, 0}};
  const Taylor order = Taylor::variable(orders, 0, v), square = order * order * 4;
  Taylor term(orders, 1), even(orders), odd(orders);
  for (int k = 0; k < 100; ++k) {
    (k % 2 == 0 ? even : odd) += term * (k % 4 < 2 ? 1 : -1);
    const double next = 2 * k + 1;
    term = term * (square + -next * next) * (1 / (8 * (k + 1) * x));
    if (std::fmax(std::fabs(term.constant()), term.largest_rest()) < 1e-18) break;
  }
  // of the phase x - (v / 2 + 1 / 4) pi
  const double turn = v / 2 + 0.25, c = std::cos(x), s = std::sin(x);
  const double cosine = c * cos_pi(turn) + s * sin_pi(turn);
  const double sine = s * cos_pi(turn) - c * sin_pi(turn);
  Derivatives of_cosine{}, of_sine{};
  double power = 1;
  for (std::size_t k = 0; k < most; ++k) {
    const double sign = k % 4 < 2 ? power : -power;
    of_cosine[k] = k % 2 == 0 ? sign * cosine : sign * sine;
    of_sine[k] = k % 2 == 0 ? sign * sine : -sign * cosine;
    power *= pi / 2 / (static_cast<double>(k) + 1);
  }
  const std::size_t count = static_cast<std::size_t>(n) + 1;
  const Taylor cosines = composed(std::span(of_cosine).first(count), order);
  const Taylor sines = composed(std::span(of_sine).first(count), order);
  const Taylor sum = is_second ? even * sines + odd * cosines : even * cosines - odd * sines;
  return std::sqrt(2 / (pi * x)) * sum.derivative();
}

}  // namespace

/// At most 2e-13 of the function where v > x, and elsewhere of the larger of both.
double ordinary_bessel_derivative(bool is_second, int n, double v, double x) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (x == infinity) return 0;
  if (x == 0) {
    if (v < 0) return nan;
    if (is_second) return v == 0 && n == 1 ? -pi / 2 : -infinity;
    return v > 0 ? 0 : n == 0 ? 1 : n % 2 == 0 ? infinity : -infinity;
  }
  return x > 60 + 4 * n && v * v < x ? by_asymptotic_series(is_second, n, v, x)
                                     : by_contours(is_second, n, v, x);
}

}  // namespace wg::point
