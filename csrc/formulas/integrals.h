/// Exponential and trigonometric integrals, and functions that are inverses or integrals of others.
#pragma once

#include "formulas/derivative_families.h"
#include "formulas/entropy.h"
#include "formulas/error_function.h"
#include "formulas/hyperbolic.h"
#include "formulas/pointwise.h"
#include "formulas/trigonometric.h"

namespace wg {

inline constexpr Function<struct Expi> expi{};
inline constexpr Function<struct Exp1> exp1{};
inline constexpr Function<struct Expn> expn{};
inline constexpr Function<struct SineIntegral> sine_integral{};
inline constexpr Function<struct CosineIntegral> cosine_integral{};
inline constexpr Function<struct SinhIntegral> sinh_integral{};
inline constexpr Function<struct CoshIntegral> cosh_integral{};
inline constexpr Function<struct FresnelS> fresnel_s{};
inline constexpr Function<struct FresnelC> fresnel_c{};
inline constexpr Function<struct Dawsn> dawsn{};
inline constexpr Function<struct Erfi> erfi{};
inline constexpr Function<struct Spence> spence{};
inline constexpr Function<struct Wrightomega> wrightomega{};
inline constexpr Function<struct NdtriExp> ndtri_exp{};
inline constexpr Function<struct OwensT> owens_t{};

inline constexpr Function<struct Erf> erf{};
inline constexpr Function<struct Sinc> sinc{};

struct Expi : Pointwise<1> {
  static constexpr std::string_view name = "expi";
  static constexpr std::string_view summary = "The exponential integral Ei.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto x, auto) { return exp(x) / x; }
};

struct Exp1 : Pointwise<1> {
  static constexpr std::string_view name = "exp1";
  static constexpr std::string_view summary = "The exponential integral E1.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto z, auto) { return -exp(-z) / z; }
};

struct Expn : Pointwise<2> {
  static constexpr std::string_view name = "expn";
  static constexpr std::string_view summary = "The exponential integral of order n, an integer.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return -chain(greater(n, 0), expn(n - 1, x)) - chain(equal(n, 0), exp(-x) * (1 + 1 / x) / x);
  }
};

struct SineIntegral : Pointwise<1> {
  static constexpr std::string_view name = "sine_integral";
  static constexpr std::string_view summary = "The first result of sici(x), Si.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr std::string_view entry = "sici";
  static constexpr auto partial(At<0>, auto x, auto) {
    return chain(not_equal(abs(x), __builtin_inf()), sinc(1 / pi * x));
  }
};

struct CosineIntegral : Pointwise<1> {
  static constexpr std::string_view name = "cosine_integral";
  static constexpr std::string_view summary = "The second result of sici(x), Ci.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr std::string_view entry = "sici";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto x, auto) {
    return chain(not_equal(abs(x), __builtin_inf()), cos(x) / x);
  }
};

struct SinhIntegral : Pointwise<1> {
  static constexpr std::string_view name = "sinh_integral";
  static constexpr std::string_view summary = "The first result of shichi(x), Shi.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr std::string_view entry = "shichi";
  static constexpr auto partial(At<0>, auto x, auto) { return 0.5 * (exprel(x) + exprel(-x)); }
};

struct CoshIntegral : Pointwise<1> {
  static constexpr std::string_view name = "cosh_integral";
  static constexpr std::string_view summary = "The second result of shichi(x), Chi.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr std::string_view entry = "shichi";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto x, auto) { return cosh(x) / x; }
};

struct FresnelS : Pointwise<1> {
  static constexpr std::string_view name = "fresnel_s";
  static constexpr std::string_view summary = "The first result of fresnel(z), S.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "fresnel";
  static constexpr auto partial(At<0>, auto z, auto) { return sin(pi / 2 * (z * z)); }
};

struct FresnelC : Pointwise<1> {
  static constexpr std::string_view name = "fresnel_c";
  static constexpr std::string_view summary = "The second result of fresnel(z), C.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "fresnel";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto z, auto) { return cos(pi / 2 * (z * z)); }
};

struct Dawsn : Pointwise<1> {
  static constexpr std::string_view name = "dawsn";
  static constexpr std::string_view summary = "Dawson's integral.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto x, auto y) {
    const auto is_far = greater_equal(abs(x), 10);
    return chain(1 - is_far, 1 - 2 * (x * y)) + chain(is_far, dawsn_tail(1, x));
  }
};

struct Erfi : Pointwise<1> {
  static constexpr std::string_view name = "erfi";
  static constexpr std::string_view summary = "The imaginary error function, -i erf(i z).";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto z, auto) { return two_over_sqrt_pi * exp(z * z); }
};

struct Spence : Pointwise<1> {
  static constexpr std::string_view name = "spence";
  static constexpr std::string_view summary = "Spence's function, the dilogarithm of 1 - z.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr auto partial(At<0>, auto z, auto) { return -log1prel_derivative(0, z - 1); }
};

struct Wrightomega : Pointwise<1> {
  static constexpr std::string_view name = "wrightomega";
  static constexpr std::string_view summary = "Wright's omega function.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto, auto y) {
    const auto is_large = 1.0 * greater(y, 1);
    return chain(1 - is_large, y / (1 + y)) + chain(is_large, 1 - 1 / (1 + y));
  }
};

struct NdtriExp : Pointwise<1> {
  static constexpr std::string_view name = "ndtri_exp";
  static constexpr std::string_view summary = "ndtri(e^y).";
  static constexpr std::string_view operands[] = {"y"};
  static constexpr auto partial(At<0>, auto, auto x) {
    return 1 / (2 * Ndtr::density_at_0) * erfcx(-Ndtr::sqrt_half * x);
  }
};

struct OwensT : Pointwise<2> {
  static constexpr std::string_view name = "owens_t";
  static constexpr std::string_view summary = "Owen's T function.";
  static constexpr std::string_view operands[] = {"h", "a"};
  static constexpr auto partial(At<0>, auto h, auto a, auto) {
    return -(0.5 * Ndtr::density_at_0) * (exp(-0.5 * (h * h)) * erf(Ndtr::sqrt_half * chain(a, h)));
  }
  static constexpr auto partial(At<1>, auto h, auto a, auto) {
    return 1 / (2 * pi) * (exp(-0.5 * chain(h * h, 1 + a * a)) / (1 + a * a));
  }
};

using Integrals = List<Expi, Exp1, Expn, SineIntegral, CosineIntegral, SinhIntegral, CoshIntegral,
                       FresnelS, FresnelC, Dawsn, Erfi, Spence, Wrightomega, NdtriExp, OwensT>;

}  // namespace wg
