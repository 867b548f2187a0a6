/// Functions with a number n among the operands that a derivative raises by one.
#pragma once

#include "formulas/gamma_function.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct DawsnTail> dawsn_tail{};
inline constexpr Function<struct Gamma> gamma{};
inline constexpr Function<struct KelvinRatio> kelvin_ratio{};
inline constexpr Function<struct PsiDifference> psi_difference{};
inline constexpr Function<struct RgammaDerivative> rgamma_derivative{};

/// (1 + x)^y, with the digits of a small x; finite and smooth at x = -1 where that is.
constexpr auto power_of_one_plus(auto x, auto y) {
  const auto is_low = less(x, -0.5);
  return chain(is_low, power(1 + x, y)) + chain(1 - is_low, exp(y * log1p(x)));
}

inline constexpr double sqrt_pi = 1.77245385090551602730;

struct Polygamma : OwnPointwise<2> {
  static constexpr std::string_view name = "polygamma";
  static constexpr std::string_view summary = "The n-th derivative of psi at x; n is an integer.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) { return polygamma(n + 1, x); }
};

struct ExprelDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "exprel_derivative";
  static constexpr std::string_view summary = "The n-th derivative of (e^x - 1) / x.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) { return exprel_derivative(n + 1, x); }
};

struct Log1prelDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "log1prel_derivative";
  static constexpr std::string_view summary = "The n-th derivative of log(1 + x) / x.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return log1prel_derivative(n + 1, x);
  }
};

struct BoxcoxDerivative : OwnPointwise<3> {
  static constexpr std::string_view name = "boxcox_derivative";
  static constexpr std::string_view summary = "The n-th derivative of boxcox(x, y) in y.";
  static constexpr std::string_view operands[] = {"n", "x", "y"};
  static constexpr auto partial(At<1>, auto n, auto x, auto y, auto) {
    return chain(power(x, y - 1), power(log(x), n));
  }
  static constexpr auto partial(At<2>, auto n, auto x, auto y, auto) {
    return boxcox_derivative(n + 1, x, y);
  }
};

struct Boxcox1pDerivative : OwnPointwise<3> {
  static constexpr std::string_view name = "boxcox1p_derivative";
  static constexpr std::string_view summary = "The n-th derivative of boxcox1p(x, y) in y.";
  static constexpr std::string_view operands[] = {"n", "x", "y"};
  static constexpr auto partial(At<1>, auto n, auto x, auto y, auto) {
    return chain(power_of_one_plus(x, y - 1), power(log1p(x), n));
  }
  static constexpr auto partial(At<2>, auto n, auto x, auto y, auto) {
    return boxcox1p_derivative(n + 1, x, y);
  }
};

struct IvRatio : OwnPointwise<2> {
  static constexpr std::string_view name = "iv_ratio";
  static constexpr std::string_view summary =
      "The modified Bessel function of order n, an integer, over x^n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) { return x * iv_ratio(n + 1, x); }
};

struct IveRatio : OwnPointwise<2> {
  static constexpr std::string_view name = "ive_ratio";
  static constexpr std::string_view summary = "iv_ratio(n, x) times e^-|x|.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto y) {
    return chain(x, ive_ratio(n + 1, x)) - sign(x) * y;
  }
};

struct SincRootDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "sinc_root_derivative";
  static constexpr std::string_view summary =
      "The n-th derivative of sin(sqrt(s)) / sqrt(s), which is smooth at 0.";
  static constexpr std::string_view operands[] = {"n", "s"};
  static constexpr auto partial(At<1>, auto n, auto s, auto) {
    return sinc_root_derivative(n + 1, s);
  }
};

struct ArctanRootDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "arctan_root_derivative";
  static constexpr std::string_view summary =
      "The n-th derivative of arctan(sqrt(s)) / sqrt(s), which is smooth at 0.";
  static constexpr std::string_view operands[] = {"n", "s"};
  static constexpr auto partial(At<1>, auto n, auto s, auto) {
    return arctan_root_derivative(n + 1, s);
  }
};

struct KelvinRatio : OwnPointwise<3> {
  static constexpr std::string_view name = "kelvin_ratio";
  static constexpr std::string_view summary =
      "ber (part 0) or bei (part 1) differentiated n times by x^2 / 2.";
  static constexpr std::string_view operands[] = {"part", "n", "x"};
  static constexpr auto partial(At<2>, auto part, auto n, auto x, auto) {
    return x * kelvin_ratio(part, n + 1, x);
  }
};

struct DawsnTail : OwnPointwise<2> {
  static constexpr std::string_view name = "dawsn_tail";
  static constexpr std::string_view summary = "The n-th derivative of dawsn at |x| >= 10.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) { return dawsn_tail(n + 1, x); }
};

struct ErfcxTail : OwnPointwise<2> {
  static constexpr std::string_view name = "erfcx_tail";
  static constexpr std::string_view summary = "The n-th derivative of erfcx at x >= 10.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) { return erfcx_tail(n + 1, x); }
};

struct InverseMillsTail : OwnPointwise<2> {
  static constexpr std::string_view name = "inverse_mills_tail";
  static constexpr std::string_view summary =
      "The n-th derivative of the standard normal density over the distribution function, at x <= "
      "-4.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return inverse_mills_tail(n + 1, x);
  }
};

struct BesselFar : OwnPointwise<4> {
  static constexpr std::string_view name = "bessel_far";
  static constexpr std::string_view summary =
      "ive(v, x) (kind 2) or kve(v, x) (kind 3) for x far above v^2, differentiated n + 16 m times "
      "in v and x.";
  static constexpr std::string_view operands[] = {"kind", "order", "v", "x"};
  static constexpr auto partial(At<2>, auto kind, auto order, auto v, auto x, auto) {
    return bessel_far(kind, order + 1, v, x);
  }
  static constexpr auto partial(At<3>, auto kind, auto order, auto v, auto x, auto) {
    return bessel_far(kind, order + 16, v, x);
  }
};

struct PsiDifference : OwnPointwise<3> {
  static constexpr std::string_view name = "psi_difference";
  static constexpr std::string_view summary =
      "polygamma(n, a) - polygamma(n, a + b), with its limit where b is an integer and both have "
      "poles.";
  static constexpr std::string_view operands[] = {"n", "a", "b"};
  static constexpr auto partial(At<1>, auto n, auto a, auto b, auto) {
    return psi_difference(n + 1, a, b);
  }
  static constexpr auto partial(At<2>, auto n, auto a, auto b, auto) {
    return -polygamma(n + 1, a + b);
  }
};

struct RgammaDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "rgamma_derivative";
  static constexpr std::string_view summary = "The n-th derivative of 1 / gamma, at its zeros too.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) { return rgamma_derivative(n + 1, z); }
};

using DerivativeFamilies =
    List<Polygamma, ExprelDerivative, Log1prelDerivative, IvRatio, IveRatio, SincRootDerivative,
         ArctanRootDerivative, BoxcoxDerivative, Boxcox1pDerivative, KelvinRatio, DawsnTail,
         ErfcxTail, InverseMillsTail, BesselFar, PsiDifference, RgammaDerivative>;

}  // namespace wg
