/// The parts of floating-point numbers, and their neighbours.
#pragma once

#include "formulas/formula.h"

namespace wg {

inline constexpr Function<struct Exponent> exponent{};
inline constexpr Function<struct Scaleb> scaleb{};

/// The m of x = m 2^e with 1/2 <= |m| < 1; zeros, infinities and NaN themselves.
struct Significand : Unary {
  static constexpr std::string_view name = "significand";
  static constexpr Domain domain{1.1, 1.9};
  static constexpr auto value(auto x) { return intrinsic(Significand{}, x); }
  static constexpr auto partial(auto x, auto) { return scaleb(1, -exponent(x)); }
};

/// The e of x = m 2^e with 1/2 <= |m| < 1; 0 of zeros, infinities and NaN.
struct Exponent : Unary {
  static constexpr std::string_view name = "exponent";
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x) { return intrinsic(Exponent{}, x); }
};

/// x 2^y, rounded once; y is an integer, and so has no derivative.
struct Scaleb : Binary {
  static constexpr std::string_view name = "scaleb";
  static constexpr auto value(auto x, auto y) { return intrinsic(Scaleb{}, x, y); }
  static constexpr auto partial_x(auto, auto y, auto) { return scaleb(1, y); }
  static constexpr auto partial_y(auto, auto, auto) { return 0; }
};

/// The number next to x in the direction of y: x itself, to all derivatives.
struct Nextafter : Binary {
  static constexpr std::string_view name = "nextafter";
  static constexpr auto value(auto x, auto y) { return intrinsic(Nextafter{}, x, y); }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto, auto, auto) { return 0; }
};

/// The distance to the next number away from zero, with the sign of x; that of a zero is positive.
struct Spacing : Unary {
  static constexpr std::string_view name = "spacing";
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x) { return intrinsic(Spacing{}, x); }
};

using FloatingPoint = List<Significand, Exponent, Scaleb, Nextafter, Spacing>;

}  // namespace wg
