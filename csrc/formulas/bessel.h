/// Modified Bessel functions of the first kind, of orders 0 and 1.
#pragma once

#include "formulas/by_rules.h"
#include "formulas/exp_log.h"
#include "formulas/pointwise.h"

namespace wg {

inline constexpr Function<struct I0> i0{};
inline constexpr Function<struct I1> i1{};
inline constexpr Function<struct I1e> i1e{};
inline constexpr Function<struct I0eSlope> i0e_slope{};
inline constexpr Function<struct I1OverX> i1_over_x{};
inline constexpr Function<struct I1eOverX> i1e_over_x{};

struct I0 : Unary {
  static constexpr std::string_view name = "i0";
  static constexpr auto value(auto x) { return intrinsic(I0{}, x); }
  static constexpr auto partial(auto x, auto) { return i1(x); }
};

/// The quotient in the derivative is a function of its own, which is smooth at 0.
struct I1 : Unary {
  static constexpr std::string_view name = "i1";
  static constexpr auto value(auto x) { return intrinsic(I1{}, x); }
  static constexpr auto partial(auto x, auto) { return i0(x) - i1_over_x(x); }
};

/// e^-|x| i0(x). The derivative at the kink at 0 is zero.
struct I0e : Unary {
  static constexpr std::string_view name = "i0e";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return intrinsic(I0e{}, x); }
  static constexpr auto partial(auto x, auto) { return sign(x) * i0e_slope(x); }
};

/// e^-|x| i1(x).
struct I1e : Unary {
  static constexpr std::string_view name = "i1e";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return intrinsic(I1e{}, x); }
  static constexpr auto partial(auto x, auto) { return -i0e_slope(x) - i1e_over_x(x); }
};

/// e^-|x| (i1(|x|) - i0(x)), with its digits where these nearly cancel.
struct I0eSlope : ByRules<Unary> {
  static constexpr std::string_view name = "i0e_slope";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return intrinsic(I0eSlope{}, x); }
  static constexpr auto partial(auto x, auto y) {
    const auto is_far = greater_equal(abs(x), 100);
    return sign(x) * (chain(1 - is_far, -2 * y - i1e_over_x(x)) +
                      chain(is_far, bessel_far(2, 32, 0, abs(x))));
  }
};

/// i1(x) / x, 1/2 at 0.
struct I1OverX : ByRules<Unary> {
  static constexpr std::string_view name = "i1_over_x";
  static constexpr auto value(auto x) { return intrinsic(I1OverX{}, x); }
  static constexpr auto partial(auto x, auto) { return x * iv_ratio(2, x); }
};

/// e^-|x| i1(x) / x, 1/2 at 0.
struct I1eOverX : ByRules<Unary> {
  static constexpr std::string_view name = "i1e_over_x";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) {
    const auto is_near = less(abs(x), 1);
    return chain(is_near, exp(-abs(x)) * i1_over_x(x)) + chain(1 - is_near, i1e(x) / x);
  }
  static constexpr auto partial(auto x, auto y) {
    const auto is_near = less(abs(x), 1);
    return chain(is_near, x * ive_ratio(2, x) - sign(x) * y) -
           chain(1 - is_near, (i0e_slope(x) + 2 * y) / x);
  }
};

using Bessel = List<I0, I1, I0e, I1e, I0eSlope, I1OverX, I1eOverX>;

}  // namespace wg
