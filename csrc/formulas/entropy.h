/// Relative entropies, robust losses, power transforms.
#pragma once

#include "formulas/by_rules.h"
#include "formulas/derivative_families.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct Exprel> exprel{};
inline constexpr Function<struct Xlogy> xlogy{};

/// 1 where both are 0.
constexpr auto are_zero(auto x, auto y) { return minimum(equal(x, 0), equal(y, 0)); }

/// x log(x / y), 0 at x = 0, infinite where either is negative. At (0, 0) the derivatives are those
/// along the axes, infinite in x and 0 in y.
struct RelEntr : Binary {
  static constexpr std::string_view name = "rel_entr";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside = maximum(less(x, 0), less(y, 0));
    return chain(logical_not(outside), chain(x, log(x / abs(y)))) +
           chain(outside, __builtin_inf()) + chain(isnan(x), x) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto x, auto y, auto) {
    return log((x + are_zero(x, y)) / y) + 1;
  }
  static constexpr auto partial_y(auto x, auto y, auto) { return -(x / (y + are_zero(x, y))); }
};

/// x log(x / y) - x + y, y at x = 0, infinite where either is negative, or y alone 0. At (0, 0) the
/// derivatives are those along the axes, infinite in x and 1 in y.
struct KlDiv : Binary {
  static constexpr std::string_view name = "kl_div";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside =
        maximum(minimum(equal(y, 0), greater(x, 0)), maximum(less(x, 0), less(y, 0)));
    return chain(logical_not(outside), chain(x, log(x / abs(y))) - difference(x, y)) +
           chain(outside, __builtin_inf()) + chain(isnan(x), x) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto x, auto y, auto) { return log((x + are_zero(x, y)) / y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return 1 - x / (y + are_zero(x, y)); }
};

/// y^2 / 2 up to |y| = x, from there on the tangent; infinite for negative x.
struct Huber : Binary {
  static constexpr std::string_view name = "huber";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) {
    const auto size = abs(y), inner = minimum(size, x);
    return inner * (size - 0.5 * inner) + chain(less(x, 0), __builtin_inf());
  }
  static constexpr auto partial_x(auto x, auto y, auto) { return maximum(abs(y) - x, 0); }
  static constexpr auto partial_y(auto x, auto y, auto) { return maximum(0 - x, minimum(y, x)); }
};

/// x^2 (sqrt(1 + (y / x)^2) - 1) without cancellation, 0 at x = 0; infinite for negative x. Written
/// in the smaller one over the larger, so that either may be infinite.
struct PseudoHuber : Binary {
  static constexpr std::string_view name = "pseudo_huber";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside = less(x, 0), is_inner = less(abs(y), x);
    const auto slope = y / x, inverse = x / abs(y);
    const auto inner = y * y / (1 + hypot1(slope));
    const auto outer = chain(x * abs(y), 1 / (inverse + hypot1(inverse)));
    return chain(is_inner, inner) + chain(logical_not(maximum(outside, is_inner)), outer) +
           chain(outside, __builtin_inf());
  }
  static constexpr auto partial_x(auto x, auto y, auto) {
    const auto is_inner = less(abs(y), x);
    const auto slope = y / x, root = hypot1(slope), share = slope / (1 + root);
    const auto inner = y * (slope * (share * share) / root);
    const auto length = hypot(x, y), outer = length + chain(x, x / length) - 2 * x;
    return chain(is_inner, inner) + chain(logical_not(is_inner), outer);
  }
  static constexpr auto partial_y(auto x, auto y, auto) {
    const auto is_inner = less(abs(y), x);
    const auto outer = chain(x * sign(y), 1 / hypot1(x / abs(y)));
    return chain(is_inner, y / hypot1(y / x)) + chain(logical_not(is_inner), outer);
  }
};

/// (e^x - 1) / x, 1 at 0.
struct Exprel : ByRules<Unary> {
  static constexpr std::string_view name = "exprel";
  static constexpr auto value(auto x) { return intrinsic(Exprel{}, x); }
  static constexpr auto partial(auto x, auto) { return exprel_derivative(1, x); }
};

/// (x^y - 1) / y, log(x) at y = 0, so written that it is smooth there.
struct Boxcox : ByRules<Binary> {
  static constexpr std::string_view name = "boxcox";
  static constexpr Domain domain{0.3, 3.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Boxcox{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return power(x, y - 1); }
  static constexpr auto partial_y(auto x, auto y, auto) { return boxcox_derivative(1, x, y); }
};

/// boxcox(1 + x, y), with its digits where x is small.
struct Boxcox1p : ByRules<Binary> {
  static constexpr std::string_view name = "boxcox1p";
  static constexpr Domain domain{-0.6, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Boxcox1p{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return power_of_one_plus(x, y - 1); }
  static constexpr auto partial_y(auto x, auto y, auto) { return boxcox1p_derivative(1, x, y); }
};

/// The derivatives of u^(1 / y), u = 1 + x y, in x and y: for small u as such, and elsewhere as
/// those of a function z that is smooth at y = 0.
constexpr auto inv_boxcox_partial_x(auto x, auto y, auto z) {
  const auto u = 1 + x * y, is_low = less(u, 0.5);
  return chain(is_low, power(u, 1 / y - 1)) + chain(1 - is_low, z / u);
}
constexpr auto inv_boxcox_partial_y(auto x, auto y, auto z) {
  const auto u = 1 + x * y, is_low = less(u, 0.5);
  const auto of_low = x * y * power(u, 1 / y - 1) - xlogy(power(u, 1 / y), u);
  return chain(is_low, of_low / (y * y)) +
         chain(1 - is_low, z * (x * x) * log1prel_derivative(1, x * y));
}

/// The inverse of boxcox in x: (1 + x y)^(1 / y), e^x at y = 0.
struct InvBoxcox : ByRules<Binary> {
  static constexpr std::string_view name = "inv_boxcox";
  static constexpr Domain domain{0.3, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(InvBoxcox{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto z) { return inv_boxcox_partial_x(x, y, z); }
  static constexpr auto partial_y(auto x, auto y, auto z) { return inv_boxcox_partial_y(x, y, z); }
};

/// inv_boxcox(x, y) - 1, with its digits where that is small.
struct InvBoxcox1p : ByRules<Binary> {
  static constexpr std::string_view name = "inv_boxcox1p";
  static constexpr Domain domain{0.3, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(InvBoxcox1p{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto z) {
    return inv_boxcox_partial_x(x, y, z + 1);
  }
  static constexpr auto partial_y(auto x, auto y, auto z) {
    return inv_boxcox_partial_y(x, y, z + 1);
  }
};

using Entropy =
    List<RelEntr, KlDiv, Huber, PseudoHuber, Exprel, Boxcox, Boxcox1p, InvBoxcox, InvBoxcox1p>;

}  // namespace wg
