/// Relative entropies, robust losses, power transforms.
#pragma once

#include "formulas/by_rules.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct Exprel> exprel{};

/// x log(x / y), 0 at x = 0, infinite where either is negative.
struct RelEntr : Binary {
  static constexpr std::string_view name = "rel_entr";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside = maximum(less(x, 0), less(y, 0));
    return chain(logical_not(outside), chain(x, log(x / abs(y)))) +
           chain(outside, __builtin_inf()) + chain(isnan(x), x) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto x, auto y, auto) { return log(x / y) + 1; }
  static constexpr auto partial_y(auto x, auto y, auto) { return -(x / y); }
};

/// x log(x / y) - x + y, y at x = 0, infinite where either is negative.
struct KlDiv : Binary {
  static constexpr std::string_view name = "kl_div";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside = maximum(less(x, 0), less(y, 0));
    return chain(logical_not(outside), chain(x, log(x / abs(y))) - difference(x, y)) +
           chain(outside, __builtin_inf()) + chain(isnan(x), x) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto x, auto y, auto) { return log(x / y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return 1 - x / y; }
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

/// x^2 (sqrt(1 + (y / x)^2) - 1) without cancellation, 0 at x = 0; infinite for negative x.
struct PseudoHuber : Binary {
  static constexpr std::string_view name = "pseudo_huber";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) {
    const auto outside = less(x, 0);
    return chain(logical_not(outside), chain(x * y, y / (x + hypot(x, y)))) +
           chain(outside, __builtin_inf());
  }
  static constexpr auto partial_x(auto x, auto y, auto) {
    const auto length = hypot(x, y), rest = chain(y, y / (x + length));
    return chain(rest, rest / length);
  }
  static constexpr auto partial_y(auto x, auto y, auto) { return chain(x * y, 1 / hypot(x, y)); }
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
  static constexpr auto partial_y(auto x, auto y, auto) {
    return log(x) * log(x) * exprel_derivative(1, y * log(x));
  }
};

/// boxcox(1 + x, y), with its digits where x is small.
struct Boxcox1p : ByRules<Binary> {
  static constexpr std::string_view name = "boxcox1p";
  static constexpr Domain domain{-0.6, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Boxcox1p{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return exp((y - 1) * log1p(x)); }
  static constexpr auto partial_y(auto x, auto y, auto) {
    return log1p(x) * log1p(x) * exprel_derivative(1, y * log1p(x));
  }
};

/// The inverse of boxcox in x: (1 + x y)^(1 / y), e^x at y = 0.
struct InvBoxcox : ByRules<Binary> {
  static constexpr std::string_view name = "inv_boxcox";
  static constexpr Domain domain{0.3, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(InvBoxcox{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto z) { return z / (1 + x * y); }
  static constexpr auto partial_y(auto x, auto y, auto z) {
    return z * (x * x) * log1prel_derivative(1, x * y);
  }
};

/// inv_boxcox(x, y) - 1, with its digits where that is small.
struct InvBoxcox1p : ByRules<Binary> {
  static constexpr std::string_view name = "inv_boxcox1p";
  static constexpr Domain domain{0.3, 2.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(InvBoxcox1p{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto z) { return (z + 1) / (1 + x * y); }
  static constexpr auto partial_y(auto x, auto y, auto z) {
    return (z + 1) * (x * x) * log1prel_derivative(1, x * y);
  }
};

using Entropy =
    List<RelEntr, KlDiv, Huber, PseudoHuber, Exprel, Boxcox, Boxcox1p, InvBoxcox, InvBoxcox1p>;

}  // namespace wg
