/// Bessel functions of any order, in their argument; those of Airy, Struve and Kelvin.
#pragma once

#include "formulas/derivative_families.h"
#include "formulas/exp_log.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct Jv> jv{};
inline constexpr Function<struct Yv> yv{};
inline constexpr Function<struct Iv> iv{};
inline constexpr Function<struct Kv> kv{};
inline constexpr Function<struct Jve> jve{};
inline constexpr Function<struct Yve> yve{};
inline constexpr Function<struct Ive> ive{};
inline constexpr Function<struct Kve> kve{};
inline constexpr Function<struct BesselOrderDerivative> bessel_order_derivative{};
inline constexpr Function<struct Hankel1> hankel1{};
inline constexpr Function<struct Hankel2> hankel2{};
inline constexpr Function<struct J0> j0{};
inline constexpr Function<struct J1> j1{};
inline constexpr Function<struct Y0> y0{};
inline constexpr Function<struct Y1> y1{};
inline constexpr Function<struct K0> k0{};
inline constexpr Function<struct K1> k1{};
inline constexpr Function<struct K0e> k0e{};
inline constexpr Function<struct K1e> k1e{};
inline constexpr Function<struct SphericalJn> spherical_jn{};
inline constexpr Function<struct SphericalYn> spherical_yn{};
inline constexpr Function<struct SphericalIn> spherical_in{};
inline constexpr Function<struct SphericalKn> spherical_kn{};
inline constexpr Function<struct AiryAi> airy_ai{};
inline constexpr Function<struct AiryAip> airy_aip{};
inline constexpr Function<struct AiryBi> airy_bi{};
inline constexpr Function<struct AiryBip> airy_bip{};
inline constexpr Function<struct Struve> struve{};
inline constexpr Function<struct Modstruve> modstruve{};
inline constexpr Function<struct Ber> ber{};
inline constexpr Function<struct Bei> bei{};
inline constexpr Function<struct Berp> berp{};
inline constexpr Function<struct Beip> beip{};
inline constexpr Function<struct Ker> ker{};
inline constexpr Function<struct Kei> kei{};
inline constexpr Function<struct Kerp> kerp{};
inline constexpr Function<struct Keip> keip{};

struct Jv : Pointwise<2> {
  static constexpr std::string_view name = "jv";
  static constexpr std::string_view summary = "The Bessel function of the first kind.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(4, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (jv(v - 1, z) - jv(v + 1, z));
  }
};

struct Yv : Pointwise<2> {
  static constexpr std::string_view name = "yv";
  static constexpr std::string_view summary = "The Bessel function of the second kind.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(5, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (yv(v - 1, z) - yv(v + 1, z));
  }
};

struct Iv : Pointwise<2> {
  static constexpr std::string_view name = "iv";
  static constexpr std::string_view summary = "The modified Bessel function of the first kind.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(0, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (iv(v - 1, z) + iv(v + 1, z));
  }
};

struct Kv : Pointwise<2> {
  static constexpr std::string_view name = "kv";
  static constexpr std::string_view summary = "The modified Bessel function of the second kind.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(1, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return -0.5 * (kv(v - 1, z) + kv(v + 1, z));
  }
};

struct Jve : Pointwise<2> {
  static constexpr std::string_view name = "jve";
  static constexpr std::string_view summary = "jv(v, z) of a real z.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(4, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (jv(v - 1, z) - jv(v + 1, z));
  }
};

struct Yve : Pointwise<2> {
  static constexpr std::string_view name = "yve";
  static constexpr std::string_view summary = "yv(v, z) of a real z.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(5, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (yve(v - 1, z) - yve(v + 1, z));
  }
};

struct Ive : Pointwise<2> {
  static constexpr std::string_view name = "ive";
  static constexpr std::string_view summary = "iv(v, z) e^-|z|.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(2, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto y) {
    const auto is_zero = equal(z, 0);
    const auto below = chain(is_zero, iv(v - 1, z)) + chain(1 - is_zero, ive(v - 1, z));
    const auto is_far = greater(z, 100 + v * v);
    return chain(1 - is_far, 0.5 * (below + ive(v + 1, z)) - sign(z) * y) +
           chain(is_far, bessel_far(2, 16, v, z));
  }
};

struct Kve : Pointwise<2> {
  static constexpr std::string_view name = "kve";
  static constexpr std::string_view summary = "kv(v, z) e^z.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<0>, auto v, auto z, auto) {
    return bessel_order_derivative(3, 1, v, z);
  }
  static constexpr auto partial(At<1>, auto v, auto z, auto y) {
    return y - 0.5 * (kve(v - 1, z) + kve(v + 1, z));
  }
};

struct BesselOrderDerivative : OwnPointwise<4> {
  static constexpr std::string_view name = "bessel_order_derivative";
  static constexpr std::string_view summary =
      "The n-th derivative in v of iv(v, z) (kind 0), kv (1), ive (2), kve (3), jv (4) or yv (5).";
  static constexpr std::string_view operands[] = {"kind", "n", "v", "z"};
  static constexpr auto partial(At<2>, auto kind, auto n, auto v, auto z, auto) {
    return bessel_order_derivative(kind, n + 1, v, z);
  }
  static constexpr auto partial(At<3>, auto kind, auto n, auto v, auto z, auto y) {
    const auto is_second = maximum(equal(kind, 1), equal(kind, 3));
    const auto above = (1 - 2.0 * greater(kind, 3)) * bessel_order_derivative(kind, n, v + 1, z);
    const auto neighbours = bessel_order_derivative(kind, n, v - 1, z) + above;
    return (0.5 - is_second) * neighbours + chain(1.0 * equal(kind, 3) - equal(kind, 2), y);
  }
};

struct Hankel1 : Pointwise<2> {
  static constexpr std::string_view name = "hankel1";
  static constexpr std::string_view summary =
      "The Hankel function of the first kind, of a complex z.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (hankel1(v - 1, z) - hankel1(v + 1, z));
  }
};

struct Hankel2 : Pointwise<2> {
  static constexpr std::string_view name = "hankel2";
  static constexpr std::string_view summary =
      "The Hankel function of the second kind, of a complex z.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto v, auto z, auto) {
    return 0.5 * (hankel2(v - 1, z) - hankel2(v + 1, z));
  }
};

struct J0 : Pointwise<1> {
  static constexpr std::string_view name = "j0";
  static constexpr std::string_view summary = "The Bessel function of the first kind of order 0.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return -j1(x); }
};

struct J1 : Pointwise<1> {
  static constexpr std::string_view name = "j1";
  static constexpr std::string_view summary = "The Bessel function of the first kind of order 1.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return 0.5 * (j0(x) - jv(2, x)); }
};

struct Y0 : Pointwise<1> {
  static constexpr std::string_view name = "y0";
  static constexpr std::string_view summary = "The Bessel function of the second kind of order 0.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return -y1(x); }
};

struct Y1 : Pointwise<1> {
  static constexpr std::string_view name = "y1";
  static constexpr std::string_view summary = "The Bessel function of the second kind of order 1.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) {
    const auto is_zero = equal(x, 0);
    return chain(1 - is_zero, 0.5 * (y0(x) - yv(2, x))) + chain(is_zero, __builtin_inf());
  }
};

struct K0 : Pointwise<1> {
  static constexpr std::string_view name = "k0";
  static constexpr std::string_view summary =
      "The modified Bessel function of the second kind of order 0.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return -k1(x); }
};

struct K1 : Pointwise<1> {
  static constexpr std::string_view name = "k1";
  static constexpr std::string_view summary =
      "The modified Bessel function of the second kind of order 1.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return -0.5 * (k0(x) + kv(2, x)); }
};

struct K0e : Pointwise<1> {
  static constexpr std::string_view name = "k0e";
  static constexpr std::string_view summary = "k0(x) e^x.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto y) {
    const auto is_far = greater(x, 100);
    const auto is_near = 1 - is_far;
    return chain(is_near - equal(x, 0), y) - chain(is_near, k1e(x)) +
           chain(is_far, bessel_far(3, 16, 0, x));
  }
};

struct K1e : Pointwise<1> {
  static constexpr std::string_view name = "k1e";
  static constexpr std::string_view summary = "k1(x) e^x.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto y) {
    const auto is_far = greater(x, 100);
    const auto is_near = 1 - is_far;
    return chain(is_near - equal(x, 0), y - k0e(x)) - chain(is_near, y / x) +
           chain(is_far, bessel_far(3, 16, 1, x));
  }
};

struct SphericalJn : Pointwise<2> {
  static constexpr std::string_view name = "spherical_jn";
  static constexpr std::string_view summary =
      "The spherical Bessel function of the first kind; n is an integer.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) {
    return (chain(n, spherical_jn(n - 1, z)) - (n + 1) * spherical_jn(n + 1, z)) / (2 * n + 1);
  }
};

struct SphericalYn : Pointwise<2> {
  static constexpr std::string_view name = "spherical_yn";
  static constexpr std::string_view summary =
      "The spherical Bessel function of the second kind; n is an integer.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) {
    return (chain(n, spherical_yn(n - 1, z)) - (n + 1) * spherical_yn(n + 1, z)) / (2 * n + 1);
  }
};

struct SphericalIn : Pointwise<2> {
  static constexpr std::string_view name = "spherical_in";
  static constexpr std::string_view summary =
      "The modified spherical Bessel function of the first kind; n is an integer.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) {
    return (chain(n, spherical_in(n - 1, z)) + (n + 1) * spherical_in(n + 1, z)) / (2 * n + 1);
  }
};

struct SphericalKn : Pointwise<2> {
  static constexpr std::string_view name = "spherical_kn";
  static constexpr std::string_view summary =
      "The modified spherical Bessel function of the second kind; n is an integer.";
  static constexpr std::string_view operands[] = {"n", "z"};
  static constexpr auto partial(At<1>, auto n, auto z, auto) {
    return -(chain(n, spherical_kn(n - 1, z)) + (n + 1) * spherical_kn(n + 1, z)) / (2 * n + 1);
  }
};

struct AiryAi : Pointwise<1> {
  static constexpr std::string_view name = "airy_ai";
  static constexpr std::string_view summary = "The first result of airy(z), Ai.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "airy";
  static constexpr auto partial(At<0>, auto z, auto) { return airy_aip(z); }
};

struct AiryAip : Pointwise<1> {
  static constexpr std::string_view name = "airy_aip";
  static constexpr std::string_view summary = "The second result of airy(z), Ai'.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "airy";
  static constexpr int output = 1;
  static constexpr auto partial(At<0>, auto z, auto) { return z * airy_ai(z); }
};

struct AiryBi : Pointwise<1> {
  static constexpr std::string_view name = "airy_bi";
  static constexpr std::string_view summary = "The third result of airy(z), Bi.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "airy";
  static constexpr int output = 2;
  static constexpr auto partial(At<0>, auto z, auto) { return airy_bip(z); }
};

struct AiryBip : Pointwise<1> {
  static constexpr std::string_view name = "airy_bip";
  static constexpr std::string_view summary = "The fourth result of airy(z), Bi'.";
  static constexpr std::string_view operands[] = {"z"};
  static constexpr bool is_complex_too = true;
  static constexpr std::string_view entry = "airy";
  static constexpr int output = 3;
  static constexpr auto partial(At<0>, auto z, auto) { return z * airy_bi(z); }
};

struct Struve : Pointwise<2> {
  static constexpr std::string_view name = "struve";
  static constexpr std::string_view summary = "The Struve function.";
  static constexpr std::string_view operands[] = {"v", "x"};
  static constexpr auto partial(At<1>, auto v, auto x, auto) {
    const auto rest = chain(power(0.5 * x, v), 1 / sqrt_pi * rgamma_derivative(0, v + 1.5));
    return chain(equal(v, 0), 2 / pi - struve(1, x)) +
           0.5 * chain(not_equal(v, 0), struve(v - 1, x) - struve(v + 1, x) + rest);
  }
};

struct Modstruve : Pointwise<2> {
  static constexpr std::string_view name = "modstruve";
  static constexpr std::string_view summary = "The modified Struve function.";
  static constexpr std::string_view operands[] = {"v", "x"};
  static constexpr auto partial(At<1>, auto v, auto x, auto) {
    const auto rest = chain(power(0.5 * x, v), 1 / sqrt_pi * rgamma_derivative(0, v + 1.5));
    return chain(equal(v, 0), 2 / pi + modstruve(1, x)) +
           0.5 * chain(not_equal(v, 0), modstruve(v - 1, x) + modstruve(v + 1, x) + rest);
  }
};

struct Ber : Pointwise<1> {
  static constexpr std::string_view name = "ber";
  static constexpr std::string_view summary = "The Kelvin function ber.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return berp(x); }
};

struct Bei : Pointwise<1> {
  static constexpr std::string_view name = "bei";
  static constexpr std::string_view summary = "The Kelvin function bei.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return beip(x); }
};

struct Berp : Pointwise<1> {
  static constexpr std::string_view name = "berp";
  static constexpr std::string_view summary = "The derivative of ber.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) {
    return kelvin_ratio(0, 1, x) + x * x * kelvin_ratio(0, 2, x);
  }
};

struct Beip : Pointwise<1> {
  static constexpr std::string_view name = "beip";
  static constexpr std::string_view summary = "The derivative of bei.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) {
    return kelvin_ratio(1, 1, x) + x * x * kelvin_ratio(1, 2, x);
  }
};

struct Ker : Pointwise<1> {
  static constexpr std::string_view name = "ker";
  static constexpr std::string_view summary = "The Kelvin function ker.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return kerp(x); }
};

struct Kei : Pointwise<1> {
  static constexpr std::string_view name = "kei";
  static constexpr std::string_view summary = "The Kelvin function kei.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto) { return keip(x); }
};

struct Kerp : Pointwise<1> {
  static constexpr std::string_view name = "kerp";
  static constexpr std::string_view summary = "The derivative of ker.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto y) { return -kei(x) - chain(y, 1 / x); }
};

struct Keip : Pointwise<1> {
  static constexpr std::string_view name = "keip";
  static constexpr std::string_view summary = "The derivative of kei.";
  static constexpr std::string_view operands[] = {"x"};
  static constexpr auto partial(At<0>, auto x, auto y) { return ker(x) - chain(y, 1 / x); }
};

using BesselOrders =
    List<Jv, Yv, Iv, Kv, Jve, Yve, Ive, Kve, BesselOrderDerivative, Hankel1, Hankel2, J0, J1, Y0,
         Y1, K0, K1, K0e, K1e, SphericalJn, SphericalYn, SphericalIn, SphericalKn, AiryAi, AiryAip,
         AiryBi, AiryBip, Struve, Modstruve, Ber, Bei, Berp, Beip, Ker, Kei, Kerp, Keip>;

}  // namespace wg
