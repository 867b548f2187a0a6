/// The error function and the normal distribution.
#pragma once

#include "formulas/exp_log.h"

namespace wg {

inline constexpr Function<struct Erfc> erfc{};

inline constexpr double two_over_sqrt_pi = 1.1283791670955125739;

struct Erf : Unary {
  static constexpr std::string_view name = "erf";
  static constexpr auto value(auto x) { return intrinsic(Erf{}, x); }
  static constexpr auto partial(auto x, auto) { return two_over_sqrt_pi * exp(-(x * x)); }
};

/// 1 - erf(x), with its digits where erf(x) is near 1.
struct Erfc : Unary {
  static constexpr std::string_view name = "erfc";
  static constexpr auto value(auto x) { return intrinsic(Erfc{}, x); }
  static constexpr auto partial(auto x, auto) { return -two_over_sqrt_pi * exp(-(x * x)); }
};

/// The standard normal distribution function.
struct Ndtr : Unary {
  static constexpr std::string_view name = "ndtr";
  static constexpr double sqrt_half = 0.70710678118654752440, density_at_0 = 0.39894228040143267794;
  static constexpr auto value(auto x) { return 0.5 * erfc(-sqrt_half * x); }
  static constexpr auto partial(auto x, auto) { return density_at_0 * exp(-0.5 * (x * x)); }
};

using ErrorFunction = List<Erf, Erfc, Ndtr>;

}  // namespace wg
