/// Powers, roots and lengths.
#pragma once

#include "formulas/exp_log.h"

namespace wg {

inline constexpr Function<struct Hypot> hypot{};
inline constexpr Function<struct Hypot1> hypot1{};
inline constexpr Function<struct Power> power{};
inline constexpr Function<struct Sqrt> sqrt{};

/// The derivative at 0 is infinite.
struct Sqrt : Unary {
  static constexpr std::string_view name = "sqrt";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Sqrt{}, x); }
  static constexpr auto partial(auto, auto y) { return 0.5 / y; }
};

/// The derivative at 0 is infinite.
struct Cbrt : Unary {
  static constexpr std::string_view name = "cbrt";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Cbrt{}, x); }
  static constexpr auto partial(auto, auto y) { return 1 / (3 * y) / y; }
};

/// chain keeps y x^(y - 1) at 0 where y is 0 and x^(y - 1) infinite. The derivative with respect to
/// y is 0 where x is 0, and NaN where x is negative, as x^y is not real beside an integer y.
struct Power : Binary {
  static constexpr std::string_view name = "power";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr Domain domain{0.1, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Power{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return chain(y, power(x, y - 1)); }
  static constexpr auto partial_y(auto x, auto, auto z) {
    return chain(not_equal(x, 0), chain(z, log(x)));
  }
};

/// sqrt(x^2 + y^2) without overflow. Every derivative at (0, 0) is zero.
struct Hypot : Binary {
  static constexpr std::string_view name = "hypot";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Hypot{}, x, y); }
  static constexpr auto partial_x(auto x, auto, auto z) { return chain(not_equal(z, 0), x / z); }
  static constexpr auto partial_y(auto, auto y, auto z) { return chain(not_equal(z, 0), y / z); }
};

/// sqrt(x^2 + 1) without overflow. Of a complex x, on the side of the cuts of arcsinh that x is on.
struct Hypot1 : Unary {
  static constexpr std::string_view name = "hypot1";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Hypot1{}, x); }
  static constexpr auto partial(auto x, auto y) { return x / y; }
};

/// x + 1, which keeps an imaginary part of -0: its sign says on which side of a cut x is.
constexpr auto plus_one(auto x) { return x - -1; }

using Powers = List<Sqrt, Cbrt, Power, Hypot, Hypot1>;

}  // namespace wg
