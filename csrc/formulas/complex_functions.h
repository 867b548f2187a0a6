/// Functions of complex numbers that go by the names of real ones.
#pragma once

#include "formulas/error_function.h"
#include "formulas/hyperbolic.h"
#include "formulas/pointwise.h"
#include "formulas/trigonometric.h"

namespace wg {

inline constexpr Function<struct ComplexRgamma> complex_rgamma{};
inline constexpr Function<struct ComplexDawsn> complex_dawsn{};
inline constexpr Function<struct ComplexSineIntegral> complex_sine_integral{};
inline constexpr Function<struct ComplexCosineIntegral> complex_cosine_integral{};
inline constexpr Function<struct ComplexSinhIntegral> complex_sinh_integral{};
inline constexpr Function<struct ComplexCoshIntegral> complex_cosh_integral{};
inline constexpr Function<struct SineQuotient> sine_quotient{};
inline constexpr Function<struct ComplexErf> complex_erf{};
inline constexpr Function<struct ComplexErfc> complex_erfc{};
inline constexpr Function<struct ComplexErfcx> complex_erfcx{};
inline constexpr Function<struct ComplexErfcxTail> complex_erfcx_tail{};
inline constexpr Function<struct ComplexMillsTail> complex_mills_tail{};
inline constexpr Function<struct ComplexNdtr> complex_ndtr{};
inline constexpr Function<struct ComplexGamma> complex_gamma{};
inline constexpr Function<struct ComplexLoggamma> complex_loggamma{};
inline constexpr Function<struct ComplexPsi> complex_psi{};
inline constexpr Function<struct ComplexPolygamma> complex_polygamma{};
inline constexpr Function<struct ComplexLogNdtr> complex_log_ndtr{};
inline constexpr Function<struct ComplexSpence> complex_spence{};
inline constexpr Function<struct ComplexLog1prel> complex_log1prel{};
inline constexpr Function<struct LambertwBranch> lambertw_branch{};

struct ComplexErf : Pointwise<1> {
  static constexpr std::string_view name = "complex_erf";
  static constexpr std::string_view summary = "erf of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "erf";
  static constexpr auto partial(At<0>, auto z, auto) { return two_over_sqrt_pi * exp(-(z * z)); }
};

struct ComplexErfc : Pointwise<1> {
  static constexpr std::string_view name = "complex_erfc";
  static constexpr std::string_view summary = "erfc of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "erfc";
  static constexpr auto partial(At<0>, auto z, auto) { return -two_over_sqrt_pi * exp(-(z * z)); }
};

/// 1 right of the line through `side`, and where the real part of -z^2 is at least `steep`: there
/// erfc(z) is its asymptotic series, of which the first term may cancel.
constexpr auto is_in_tail(auto z, double side, double steep) {
  const auto is_right = greater_equal(z, side), is_steep = greater_equal(-(z * z), steep);
  return maximum(is_right, is_steep);
}

struct ComplexErfcx : Pointwise<1> {
  static constexpr std::string_view name = "complex_erfcx";
  static constexpr std::string_view summary = "erfcx of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "erfcx";
  static constexpr auto partial(At<0>, auto z, auto y) {
    const auto is_far = is_in_tail(z, 3, 100);
    return chain(is_far, complex_erfcx_tail(1, z)) +
           chain(1 - is_far, 2 * (z * y) - two_over_sqrt_pi);
  }
};

struct ComplexErfcxTail : OwnPointwise<2> {
  static constexpr std::string_view name = "complex_erfcx_tail";
  static constexpr std::string_view summary =
      "The n-th derivative of erfcx at a complex number, where Re z >= 3 or Re z^2 <= -100.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto z, auto) {
    return complex_erfcx_tail(n + 1, z);
  }
};

struct ComplexNdtr : Pointwise<1> {
  static constexpr std::string_view name = "complex_ndtr";
  static constexpr std::string_view summary = "ndtr of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "ndtr";
  static constexpr auto partial(At<0>, auto z, auto) {
    return Ndtr::density_at_0 * exp(-0.5 * (z * z));
  }
};

struct ComplexGamma : Pointwise<1> {
  static constexpr std::string_view name = "complex_gamma";
  static constexpr std::string_view summary = "gamma of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "gamma";
  static constexpr auto partial(At<0>, auto z, auto y) { return y * complex_psi(z); }
};

/// Left of 1/2 by the reflection, whose terms are finite where gamma has its poles.
struct ComplexRgamma : Pointwise<1> {
  static constexpr std::string_view name = "complex_rgamma";
  static constexpr std::string_view summary = "rgamma of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "rgamma";
  static constexpr auto partial(At<0>, auto z, auto y) {
    const auto is_left = less(z, 0.5);
    const auto reflected = complex_gamma(1 - z) * cos(pi * z) - y * complex_psi(1 - z);
    return chain(is_left, reflected) - chain(1 - is_left, y * complex_psi(z));
  }
};

struct ComplexLoggamma : Pointwise<1> {
  static constexpr std::string_view name = "complex_loggamma";
  static constexpr std::string_view summary = "loggamma of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "loggamma";
  static constexpr auto partial(At<0>, auto z, auto) { return complex_psi(z); }
};

struct ComplexPsi : Pointwise<1> {
  static constexpr std::string_view name = "complex_psi";
  static constexpr std::string_view summary = "psi of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "psi";
  static constexpr auto partial(At<0>, auto z, auto) { return complex_polygamma(1, z); }
};

struct ComplexPolygamma : OwnPointwise<2> {
  static constexpr std::string_view name = "complex_polygamma";
  static constexpr std::string_view summary = "The n-th derivative of psi at a complex number.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto z, auto) { return complex_polygamma(n + 1, z); }
};

struct ComplexLogNdtr : Pointwise<1> {
  static constexpr std::string_view name = "complex_log_ndtr";
  static constexpr std::string_view summary = "log_ndtr of a complex number.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "log_ndtr";
  static constexpr auto partial(At<0>, auto x, auto) {
    const auto is_far = is_in_tail(-x, 4, 196);
    return chain(is_far, complex_mills_tail(0, x)) +
           chain(1 - is_far, 2 * Ndtr::density_at_0 / complex_erfcx(-Ndtr::sqrt_half * x));
  }
};

struct ComplexMillsTail : OwnPointwise<2> {
  static constexpr std::string_view name = "complex_mills_tail";
  static constexpr std::string_view summary =
      "The n-th derivative of the standard normal density over the distribution function at a "
      "complex number, where Re x <= -4 or Re x^2 <= -196.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return complex_mills_tail(n + 1, x);
  }
};

struct ComplexSpence : Pointwise<1> {
  static constexpr std::string_view name = "complex_spence";
  static constexpr std::string_view summary = "spence of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "spence";
  static constexpr auto partial(At<0>, auto z, auto) { return -complex_log1prel(0, z - 1); }
};

struct ComplexLog1prel : OwnPointwise<2> {
  static constexpr std::string_view name = "complex_log1prel";
  static constexpr std::string_view summary = "The n-th derivative of log(1 + w) / w.";
  static constexpr std::string_view operands[] = {"n", "w"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto w, auto) { return complex_log1prel(n + 1, w); }
};

struct ComplexDawsn : Pointwise<1> {
  static constexpr std::string_view name = "complex_dawsn";
  static constexpr std::string_view summary = "dawsn of a complex number.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "dawsn";
  static constexpr auto partial(At<0>, auto z, auto y) { return 1 - 2 * (z * y); }
};

struct ComplexSineIntegral : Pointwise<1> {
  static constexpr std::string_view name = "complex_sine_integral";
  static constexpr std::string_view summary = "The first result of sici of a complex number, Si.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "sici";
  static constexpr auto partial(At<0>, auto z, auto) { return sine_quotient(1, 0, z); }
};

struct ComplexCosineIntegral : Pointwise<1> {
  static constexpr std::string_view name = "complex_cosine_integral";
  static constexpr std::string_view summary = "The second result of sici of a complex number, Ci.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "sici";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto z, auto) { return cos(z) / z; }
};

struct ComplexSinhIntegral : Pointwise<1> {
  static constexpr std::string_view name = "complex_sinh_integral";
  static constexpr std::string_view summary =
      "The first result of shichi of a complex number, Shi.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "shichi";
  static constexpr auto partial(At<0>, auto z, auto) { return sine_quotient(0, 0, z); }
};

struct ComplexCoshIntegral : Pointwise<1> {
  static constexpr std::string_view name = "complex_cosh_integral";
  static constexpr std::string_view summary =
      "The second result of shichi of a complex number, Chi.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "shichi";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto z, auto) { return cosh(z) / z; }
};

struct SineQuotient : OwnPointwise<3> {
  static constexpr std::string_view name = "sine_quotient";
  static constexpr std::string_view summary =
      "The n-th derivative of sinh(z) / z (kind 0) or sin(z) / z (kind 1) at a complex number.";
  static constexpr std::string_view operands[] = {"kind", "n", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<2>, auto kind, auto n, auto z, auto) {
    return sine_quotient(kind, n + 1, z);
  }
};

struct LambertwBranch : OwnPointwise<2> {
  static constexpr std::string_view name = "lambertw_branch";
  static constexpr std::string_view summary = "Branch k of the inverse of w e^w.";
  static constexpr std::string_view operands[] = {"k", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto, auto, auto w) { return exp(-w) / (1 + w); }
};

using ComplexFunctions =
    List<ComplexErf, ComplexErfc, ComplexErfcx, ComplexErfcxTail, ComplexNdtr, ComplexGamma,
         ComplexLoggamma, ComplexPsi, ComplexPolygamma, ComplexLogNdtr, ComplexMillsTail,
         ComplexSpence, ComplexLog1prel, ComplexRgamma, ComplexDawsn, ComplexSineIntegral,
         ComplexCosineIntegral, ComplexSinhIntegral, ComplexCoshIntegral, SineQuotient,
         LambertwBranch>;

}  // namespace wg
