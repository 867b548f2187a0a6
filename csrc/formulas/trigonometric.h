/// Trigonometric functions and their inverses; angles in radians.
#pragma once

#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct Cos> cos{};
inline constexpr Function<struct Sin> sin{};

inline constexpr double pi = 3.14159265358979323846;

struct Sin : Unary {
  static constexpr std::string_view name = "sin";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Sin{}, x); }
  static constexpr auto partial(auto x, auto) { return cos(x); }
};

struct Cos : Unary {
  static constexpr std::string_view name = "cos";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Cos{}, x); }
  static constexpr auto partial(auto x, auto) { return -sin(x); }
};

struct Tan : Unary {
  static constexpr std::string_view name = "tan";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{-1.4, 1.4};
  static constexpr auto value(auto x) { return intrinsic(Tan{}, x); }
  static constexpr auto partial(auto, auto y) { return 1 + y * y; }
};

/// Two roots, so that a complex x has the derivative of its own side of the cuts.
struct Arcsin : Unary {
  static constexpr std::string_view name = "arcsin";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{-0.9, 0.9};
  static constexpr auto value(auto x) { return intrinsic(Arcsin{}, x); }
  static constexpr auto partial(auto x, auto) {
    return 1 / (sqrt(plus_one(-x)) * sqrt(plus_one(x)));
  }
};

/// Two roots, so that a complex x has the derivative of its own side of the cuts.
struct Arccos : Unary {
  static constexpr std::string_view name = "arccos";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{-0.9, 0.9};
  static constexpr auto value(auto x) { return intrinsic(Arccos{}, x); }
  static constexpr auto partial(auto x, auto) {
    return -1 / (sqrt(plus_one(-x)) * sqrt(plus_one(x)));
  }
};

/// The derivative is 1 / (1 + x^2) without overflow, and with its digits near the poles of a
/// complex one.
struct Arctan : Unary {
  static constexpr std::string_view name = "arctan";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Arctan{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / hypot1(x) / hypot1(x); }
};

/// The angle of the point (y, x) of the plane: NumPy's order, the ordinate first. Every derivative
/// at the origin is zero.
struct Arctan2 : Binary {
  static constexpr std::string_view name = "arctan2";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Arctan2{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return over_square(y, hypot(x, y)); }
  static constexpr auto partial_y(auto x, auto y, auto) { return -over_square(x, hypot(x, y)); }

 private:
  static constexpr auto over_square(auto x, auto length) {
    return chain(not_equal(length, 0), x / length / length);
  }
};

/// sin(pi x) / (pi x), 1 at 0. Its derivative is a Taylor polynomial near 0, where the quotient's
/// digits cancel; eleven terms leave the third derivative its digits too.
struct Sinc : Unary {
  static constexpr std::string_view name = "sinc";
  static constexpr auto value(auto x) { return quotient(pi * (x + 1e-20 * equal(x, 0))); }
  static constexpr auto partial(auto x, auto y) {
    return chain(less(abs(x), near), pi * slope(pi * x, pi * x * (pi * x))) +
           chain(greater_equal(abs(x), near), (cos(pi * x) - y) / x);
  }

 private:
  static constexpr double near = 0.5;
  static constexpr auto quotient(auto angle) { return sin(angle) / angle; }
  // The derivative of sin(a) / a: the sum of (-1)^k 2 k a^(2 k - 1) / (2 k + 1)! over k >= 1.
  static constexpr auto slope(auto a, auto square) { return a * series<1>(square); }
  template <int k> static constexpr auto series(auto square) {
    constexpr double coefficient = (k % 2 ? -2.0 : 2.0) * k / factorial(2 * k + 1);
    if constexpr (k == 11)
      return coefficient;
    else
      return coefficient + square * series<k + 1>(square);
  }
  static constexpr double factorial(int n) { return n < 2 ? 1.0 : n * factorial(n - 1); }
};

struct Deg2rad : Unary {
  static constexpr std::string_view name = "deg2rad";
  static constexpr auto value(auto x) { return x * (pi / 180); }
  static constexpr auto partial(auto, auto) { return pi / 180; }
};

struct Rad2deg : Unary {
  static constexpr std::string_view name = "rad2deg";
  static constexpr auto value(auto x) { return x * (180 / pi); }
  static constexpr auto partial(auto, auto) { return 180 / pi; }
};

using Trigonometric = List<Sin, Cos, Tan, Arcsin, Arccos, Arctan, Arctan2, Sinc, Deg2rad, Rad2deg>;

}  // namespace wg
