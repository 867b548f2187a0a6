/// The error function and the normal distribution.
#pragma once

#include "formulas/by_rules.h"
#include "formulas/exp_log.h"
#include "formulas/pointwise.h"

namespace wg {

inline constexpr Function<struct Erfc> erfc{};
inline constexpr Function<struct Erfcx> erfcx{};
inline constexpr Function<struct ErfcxSlope> erfcx_slope{};
inline constexpr Function<struct InverseMills> inverse_mills{};

inline constexpr double two_over_sqrt_pi = 1.1283791670955125739;
inline constexpr double half_sqrt_pi = 0.88622692545275801365;

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
  static constexpr auto value(auto x) { return intrinsic(Ndtr{}, x); }
  static constexpr auto partial(auto x, auto) { return density_at_0 * exp(-0.5 * (x * x)); }
};

/// e^(x^2) erfc(x).
struct Erfcx : Unary {
  static constexpr std::string_view name = "erfcx";
  static constexpr auto value(auto x) { return intrinsic(Erfcx{}, x); }
  static constexpr auto partial(auto x, auto) { return erfcx_slope(x); }
};

/// 2 x erfcx(x) - 2 / sqrt(pi), with its digits where the terms nearly cancel.
struct ErfcxSlope : ByRules<Unary> {
  static constexpr std::string_view name = "erfcx_slope";
  static constexpr auto value(auto x) { return intrinsic(ErfcxSlope{}, x); }
  static constexpr auto partial(auto x, auto y) {
    const auto is_far = greater_equal(x, 10);
    return chain(1 - is_far, 2 * (erfcx(x) + x * y)) + chain(is_far, erfcx_tail(2, x));
  }
};

/// The derivative where erfinv is infinite is infinite.
struct Erfinv : Unary {
  static constexpr std::string_view name = "erfinv";
  static constexpr Domain domain{-0.9, 0.9};
  static constexpr auto value(auto x) { return intrinsic(Erfinv{}, x); }
  static constexpr auto partial(auto, auto y) { return half_sqrt_pi * exp(y * y); }
};

/// The inverse of erfc, with its digits where erfc is near 0.
struct Erfcinv : Unary {
  static constexpr std::string_view name = "erfcinv";
  static constexpr Domain domain{0.1, 1.9};
  static constexpr auto value(auto x) { return intrinsic(Erfcinv{}, x); }
  static constexpr auto partial(auto, auto y) { return -half_sqrt_pi * exp(y * y); }
};

/// The standard normal density over the distribution function, by erfcx, so that neither
/// underflows. Far below 0 it is nearly -x, and its derivatives are those of what it has beside
/// that.
struct InverseMills : ByRules<Unary> {
  static constexpr std::string_view name = "inverse_mills";
  static constexpr auto value(auto x) {
    return 2 * Ndtr::density_at_0 / erfcx(-Ndtr::sqrt_half * x);
  }
  static constexpr auto partial(auto x, auto y) {
    const auto is_far = greater_equal(-x, 4);
    return chain(is_far, inverse_mills_tail(1, x)) - chain(1 - is_far, chain(y, x + y));
  }
};

/// log(ndtr(x)), with its digits where ndtr is near 0 or 1.
struct LogNdtr : Unary {
  static constexpr std::string_view name = "log_ndtr";
  static constexpr auto value(auto x) { return intrinsic(LogNdtr{}, x); }
  static constexpr auto partial(auto x, auto) { return inverse_mills(x); }
};

/// The inverse of ndtr.
struct Ndtri : Unary {
  static constexpr std::string_view name = "ndtri";
  static constexpr Domain domain{0.1, 0.9};
  static constexpr double sqrt_2pi = 2.50662827463100050242;
  static constexpr auto value(auto x) { return intrinsic(Ndtri{}, x); }
  static constexpr auto partial(auto, auto y) { return sqrt_2pi * exp(0.5 * (y * y)); }
};

using ErrorFunction =
    List<Erf, Erfc, Ndtr, Erfcx, ErfcxSlope, Erfinv, Erfcinv, InverseMills, LogNdtr, Ndtri>;

}  // namespace wg
