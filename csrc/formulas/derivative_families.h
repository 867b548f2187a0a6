/// Functions with a number n among the operands that a derivative raises by one.
#pragma once

#include "formulas/gamma_function.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct DawsnTail> dawsn_tail{};
inline constexpr Function<struct Gamma> gamma{};
inline constexpr Function<struct KelvinRatio> kelvin_ratio{};
inline constexpr Function<struct RgammaDerivative> rgamma_derivative{};

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

struct RgammaDerivative : OwnPointwise<2> {
  static constexpr std::string_view name = "rgamma_derivative";
  static constexpr std::string_view summary = "The n-th derivative of 1 / gamma, at its zeros too.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) { return rgamma_derivative(n + 1, z); }
};

using DerivativeFamilies =
    List<Polygamma, ExprelDerivative, Log1prelDerivative, IvRatio, IveRatio, SincRootDerivative,
         ArctanRootDerivative, KelvinRatio, DawsnTail, RgammaDerivative>;

}  // namespace wg
