/// Incomplete gamma and beta functions, in all of their arguments. Derivatives are families whose
/// `order` has a digit to base 16 for each operand: how often it was differentiated.
#pragma once

#include "formulas/derivative_families.h"
#include "formulas/exp_log.h"
#include "formulas/gamma_function.h"
#include "formulas/pointwise.h"

namespace wg {

inline constexpr Function<struct GammaincDerivative> gammainc_derivative{};
inline constexpr Function<struct Gammainc> gammainc{};
inline constexpr Function<struct Gammaincc> gammaincc{};
inline constexpr Function<struct GammaincinvSlope> gammaincinv_slope{};
inline constexpr Function<struct Gammaincinv> gammaincinv{};
inline constexpr Function<struct Gammainccinv> gammainccinv{};
inline constexpr Function<struct BetaincDerivative> betainc_derivative{};
inline constexpr Function<struct Betainc> betainc{};
inline constexpr Function<struct Betaincc> betaincc{};
inline constexpr Function<struct BetaincinvSlope> betaincinv_slope{};
inline constexpr Function<struct Betaincinv> betaincinv{};
inline constexpr Function<struct Betainccinv> betainccinv{};
inline constexpr Function<struct StdtrDerivative> stdtr_derivative{};
inline constexpr Function<struct Stdtr> stdtr{};
inline constexpr Function<struct Stdtrit> stdtrit{};
inline constexpr Function<struct ZetaDerivative> zeta_derivative{};
inline constexpr Function<struct Beta> beta{};
inline constexpr Function<struct Binom> binom{};
inline constexpr Function<struct Poch> poch{};

struct GammaincDerivative : OwnPointwise<3> {
  static constexpr std::string_view name = "gammainc_derivative";
  static constexpr std::string_view summary =
      "A derivative of gammainc(a, x): n + 16 m times in a and x.";
  static constexpr std::string_view operands[] = {"order", "a", "x"};
  static constexpr auto partial(At<1>, auto order, auto a, auto x, auto) {
    return gammainc_derivative(order + 1, a, x);
  }
  static constexpr auto partial(At<2>, auto order, auto a, auto x, auto) {
    return gammainc_derivative(order + 16, a, x);
  }
};

struct Gammainc : Pointwise<2> {
  static constexpr std::string_view name = "gammainc";
  static constexpr std::string_view summary = "The regularised lower incomplete gamma function.";
  static constexpr std::string_view operands[] = {"a", "x"};
  static constexpr auto partial(At<0>, auto a, auto x, auto) {
    return gammainc_derivative(1, a, x);
  }
  static constexpr auto partial(At<1>, auto a, auto x, auto) {
    return gammainc_derivative(16, a, x);
  }
};

struct Gammaincc : Pointwise<2> {
  static constexpr std::string_view name = "gammaincc";
  static constexpr std::string_view summary = "The regularised upper incomplete gamma function.";
  static constexpr std::string_view operands[] = {"a", "x"};
  static constexpr auto partial(At<0>, auto a, auto x, auto) {
    return -gammainc_derivative(1, a, x);
  }
  static constexpr auto partial(At<1>, auto a, auto x, auto) {
    return -gammainc_derivative(16, a, x);
  }
};

struct GammaincinvSlope : OwnPointwise<3> {
  static constexpr std::string_view name = "gammaincinv_slope";
  static constexpr std::string_view summary =
      "1 over the derivative of gammainc(a, x) in x, differentiated n + 16 m times in a and x.";
  static constexpr std::string_view operands[] = {"order", "a", "x"};
  static constexpr auto partial(At<1>, auto order, auto a, auto x, auto) {
    return gammaincinv_slope(order + 1, a, x);
  }
  static constexpr auto partial(At<2>, auto order, auto a, auto x, auto) {
    return gammaincinv_slope(order + 16, a, x);
  }
};

struct Gammaincinv : Pointwise<2> {
  static constexpr std::string_view name = "gammaincinv";
  static constexpr std::string_view summary = "The inverse of gammainc(a, x) in x.";
  static constexpr std::string_view operands[] = {"a", "p"};
  static constexpr auto partial(At<0>, auto a, auto, auto y) {
    return -chain(gammainc_derivative(1, a, y), gammaincinv_slope(0, a, y));
  }
  static constexpr auto partial(At<1>, auto a, auto, auto y) { return gammaincinv_slope(0, a, y); }
};

struct Gammainccinv : Pointwise<2> {
  static constexpr std::string_view name = "gammainccinv";
  static constexpr std::string_view summary = "The inverse of gammaincc(a, x) in x.";
  static constexpr std::string_view operands[] = {"a", "p"};
  static constexpr auto partial(At<0>, auto a, auto, auto y) {
    return -chain(gammainc_derivative(1, a, y), gammaincinv_slope(0, a, y));
  }
  static constexpr auto partial(At<1>, auto a, auto, auto y) { return -gammaincinv_slope(0, a, y); }
};

struct BetaincDerivative : OwnPointwise<4> {
  static constexpr std::string_view name = "betainc_derivative";
  static constexpr std::string_view summary =
      "A derivative of betainc(a, b, x): n + 16 m + 256 l times in a, b and x.";
  static constexpr std::string_view operands[] = {"order", "a", "b", "x"};
  static constexpr auto partial(At<1>, auto order, auto a, auto b, auto x, auto) {
    return betainc_derivative(order + 1, a, b, x);
  }
  static constexpr auto partial(At<2>, auto order, auto a, auto b, auto x, auto) {
    return betainc_derivative(order + 16, a, b, x);
  }
  static constexpr auto partial(At<3>, auto order, auto a, auto b, auto x, auto) {
    return betainc_derivative(order + 256, a, b, x);
  }
};

struct Betainc : Pointwise<3> {
  static constexpr std::string_view name = "betainc";
  static constexpr std::string_view summary = "The regularised incomplete beta function.";
  static constexpr std::string_view operands[] = {"a", "b", "x"};
  static constexpr auto partial(At<0>, auto a, auto b, auto x, auto) {
    return betainc_derivative(1, a, b, x);
  }
  static constexpr auto partial(At<1>, auto a, auto b, auto x, auto) {
    return betainc_derivative(16, a, b, x);
  }
  static constexpr auto partial(At<2>, auto a, auto b, auto x, auto) {
    return betainc_derivative(256, a, b, x);
  }
};

struct Betaincc : Pointwise<3> {
  static constexpr std::string_view name = "betaincc";
  static constexpr std::string_view summary = "1 - betainc(a, b, x).";
  static constexpr std::string_view operands[] = {"a", "b", "x"};
  static constexpr auto partial(At<0>, auto a, auto b, auto x, auto) {
    return -betainc_derivative(1, a, b, x);
  }
  static constexpr auto partial(At<1>, auto a, auto b, auto x, auto) {
    return -betainc_derivative(16, a, b, x);
  }
  static constexpr auto partial(At<2>, auto a, auto b, auto x, auto) {
    return -betainc_derivative(256, a, b, x);
  }
};

struct BetaincinvSlope : OwnPointwise<4> {
  static constexpr std::string_view name = "betaincinv_slope";
  static constexpr std::string_view summary =
      "1 over the derivative of betainc(a, b, x) in x, differentiated n + 16 m + 256 l times in a, "
      "b and x.";
  static constexpr std::string_view operands[] = {"order", "a", "b", "x"};
  static constexpr auto partial(At<1>, auto order, auto a, auto b, auto x, auto) {
    return betaincinv_slope(order + 1, a, b, x);
  }
  static constexpr auto partial(At<2>, auto order, auto a, auto b, auto x, auto) {
    return betaincinv_slope(order + 16, a, b, x);
  }
  static constexpr auto partial(At<3>, auto order, auto a, auto b, auto x, auto) {
    return betaincinv_slope(order + 256, a, b, x);
  }
};

struct Betaincinv : Pointwise<3> {
  static constexpr std::string_view name = "betaincinv";
  static constexpr std::string_view summary = "The inverse of betainc(a, b, x) in x.";
  static constexpr std::string_view operands[] = {"a", "b", "p"};
  static constexpr auto partial(At<0>, auto a, auto b, auto, auto y) {
    return -chain(betainc_derivative(1, a, b, y), betaincinv_slope(0, a, b, y));
  }
  static constexpr auto partial(At<1>, auto a, auto b, auto, auto y) {
    return -chain(betainc_derivative(16, a, b, y), betaincinv_slope(0, a, b, y));
  }
  static constexpr auto partial(At<2>, auto a, auto b, auto, auto y) {
    return betaincinv_slope(0, a, b, y);
  }
};

struct Betainccinv : Pointwise<3> {
  static constexpr std::string_view name = "betainccinv";
  static constexpr std::string_view summary = "The inverse of betaincc(a, b, x) in x.";
  static constexpr std::string_view operands[] = {"a", "b", "p"};
  static constexpr auto partial(At<0>, auto a, auto b, auto, auto y) {
    return -chain(betainc_derivative(1, a, b, y), betaincinv_slope(0, a, b, y));
  }
  static constexpr auto partial(At<1>, auto a, auto b, auto, auto y) {
    return -chain(betainc_derivative(16, a, b, y), betaincinv_slope(0, a, b, y));
  }
  static constexpr auto partial(At<2>, auto a, auto b, auto, auto y) {
    return -betaincinv_slope(0, a, b, y);
  }
};

struct StdtrDerivative : OwnPointwise<3> {
  static constexpr std::string_view name = "stdtr_derivative";
  static constexpr std::string_view summary =
      "A derivative of stdtr(df, t): n + 16 m times in df and t.";
  static constexpr std::string_view operands[] = {"order", "df", "t"};
  static constexpr auto partial(At<1>, auto order, auto df, auto t, auto) {
    return stdtr_derivative(order + 1, df, t);
  }
  static constexpr auto partial(At<2>, auto order, auto df, auto t, auto) {
    return stdtr_derivative(order + 16, df, t);
  }
};

struct Stdtr : Pointwise<2> {
  static constexpr std::string_view name = "stdtr";
  static constexpr std::string_view summary = "Student's distribution function.";
  static constexpr std::string_view operands[] = {"df", "t"};
  static constexpr auto partial(At<0>, auto df, auto t, auto) { return stdtr_derivative(1, df, t); }
  static constexpr auto partial(At<1>, auto df, auto t, auto) {
    return stdtr_derivative(16, df, t);
  }
};

struct Stdtrit : Pointwise<2> {
  static constexpr std::string_view name = "stdtrit";
  static constexpr std::string_view summary = "The inverse of stdtr(df, t) in t.";
  static constexpr std::string_view operands[] = {"df", "p"};
  static constexpr auto partial(At<0>, auto df, auto, auto y) {
    return -chain(stdtr_derivative(1, df, y), 1 / stdtr_derivative(16, df, y));
  }
  static constexpr auto partial(At<1>, auto df, auto, auto y) {
    return 1 / stdtr_derivative(16, df, y);
  }
};

struct ZetaDerivative : OwnPointwise<3> {
  static constexpr std::string_view name = "zeta_derivative";
  static constexpr std::string_view summary =
      "A derivative of Hurwitz' zeta function: n + 16 m times in x and q.";
  static constexpr std::string_view operands[] = {"order", "x", "q"};
  static constexpr auto partial(At<1>, auto order, auto x, auto q, auto) {
    return zeta_derivative(order + 1, x, q);
  }
  static constexpr auto partial(At<2>, auto order, auto x, auto q, auto) {
    return zeta_derivative(order + 16, x, q);
  }
};

struct Beta : Pointwise<2> {
  static constexpr std::string_view name = "beta";
  static constexpr std::string_view summary = "The beta function.";
  static constexpr std::string_view operands[] = {"a", "b"};
  static constexpr auto partial(At<0>, auto a, auto b, auto y) {
    const auto at_zero = psi(a) * rgamma_derivative(0, a + b) + rgamma_derivative(1, a + b);
    return chain(not_equal(y, 0), y * psi_difference(0, a, b)) +
           chain(equal(y, 0), chain(gamma(a) * gamma(b), at_zero));
  }
  static constexpr auto partial(At<1>, auto a, auto b, auto y) {
    const auto at_zero = psi(b) * rgamma_derivative(0, a + b) + rgamma_derivative(1, a + b);
    return chain(not_equal(y, 0), y * psi_difference(0, b, a)) +
           chain(equal(y, 0), chain(gamma(a) * gamma(b), at_zero));
  }
};

struct Binom : Pointwise<2> {
  static constexpr std::string_view name = "binom";
  static constexpr std::string_view summary = "The binomial coefficient of real numbers.";
  static constexpr std::string_view operands[] = {"n", "k"};
  static constexpr auto partial(At<0>, auto n, auto k, auto y) {
    const auto of_rest =
        psi(n + 1) * rgamma_derivative(0, n - k + 1) + rgamma_derivative(1, n - k + 1);
    return chain(not_equal(y, 0), y * psi_difference(0, n + 1, -k)) +
           chain(equal(y, 0), gamma(n + 1) * rgamma_derivative(0, k + 1) * of_rest);
  }
  static constexpr auto partial(At<1>, auto n, auto k, auto y) {
    const auto at_zero = rgamma_derivative(1, k + 1) * rgamma_derivative(0, n - k + 1) -
                         rgamma_derivative(0, k + 1) * rgamma_derivative(1, n - k + 1);
    return chain(not_equal(y, 0), y * (psi(n - k + 1) - psi(k + 1))) +
           chain(equal(y, 0), gamma(n + 1) * at_zero);
  }
};

struct Poch : Pointwise<2> {
  static constexpr std::string_view name = "poch";
  static constexpr std::string_view summary = "The rising factorial gamma(z + m) / gamma(z).";
  static constexpr std::string_view operands[] = {"z", "m"};
  static constexpr auto partial(At<0>, auto z, auto m, auto y) {
    const auto at_zero = psi(z + m) * rgamma_derivative(0, z) + rgamma_derivative(1, z);
    return chain(not_equal(y, 0), -y * psi_difference(0, z, m)) +
           chain(equal(y, 0), gamma(z + m) * at_zero);
  }
  static constexpr auto partial(At<1>, auto z, auto m, auto y) { return chain(y, psi(z + m)); }
};

struct Rgamma : Pointwise<1> {
  static constexpr std::string_view name = "rgamma";
  static constexpr std::string_view summary = "1 / gamma.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr auto partial(At<0>, auto z, auto) { return rgamma_derivative(1, z); }
};

using Incomplete =
    List<GammaincDerivative, Gammainc, Gammaincc, GammaincinvSlope, Gammaincinv, Gammainccinv,
         BetaincDerivative, Betainc, Betaincc, BetaincinvSlope, Betaincinv, Betainccinv,
         StdtrDerivative, Stdtr, Stdtrit, ZetaDerivative, Beta, Binom, Poch, Rgamma>;

}  // namespace wg
