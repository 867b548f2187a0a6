/// Hypergeometric functions and elliptic integrals.
#pragma once

#include "formulas/pointwise.h"
#include "formulas/power.h"
#include "formulas/trigonometric.h"

namespace wg {

inline constexpr Function<struct Hyp0f1> hyp0f1{};
inline constexpr Function<struct Hyp1f1> hyp1f1{};
inline constexpr Function<struct Hyp2f1> hyp2f1{};
inline constexpr Function<struct Hyperu> hyperu{};
inline constexpr Function<struct Ellipk> ellipk{};
inline constexpr Function<struct Ellipe> ellipe{};
inline constexpr Function<struct Ellipkm1> ellipkm1{};
inline constexpr Function<struct Ellipkinc> ellipkinc{};
inline constexpr Function<struct Ellipeinc> ellipeinc{};
inline constexpr Function<struct EllipticMoment> elliptic_moment{};

struct Hyp0f1 : Pointwise<2> {
  static constexpr std::string_view name = "hyp0f1";
  static constexpr std::string_view summary = "The confluent hypergeometric limit function.";
  static constexpr std::string_view operands[] = {"v", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto v, auto z, auto) { return hyp0f1(v + 1, z) / v; }
};

struct Hyp1f1 : Pointwise<3> {
  static constexpr std::string_view name = "hyp1f1";
  static constexpr std::string_view summary =
      "The confluent hypergeometric function of the first kind.";
  static constexpr std::string_view operands[] = {"a", "b", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<2>, auto a, auto b, auto z, auto) {
    return a / b * hyp1f1(a + 1, b + 1, z);
  }
};

struct Hyp2f1 : Pointwise<4> {
  static constexpr std::string_view name = "hyp2f1";
  static constexpr std::string_view summary = "Gauss' hypergeometric function.";
  static constexpr std::string_view operands[] = {"a", "b", "c", "z"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<3>, auto a, auto b, auto c, auto z, auto) {
    return a * b / c * hyp2f1(a + 1, b + 1, c + 1, z);
  }
};

struct Hyperu : Pointwise<3> {
  static constexpr std::string_view name = "hyperu";
  static constexpr std::string_view summary =
      "The confluent hypergeometric function of the second kind.";
  static constexpr std::string_view operands[] = {"a", "b", "x"};
  static constexpr auto partial(At<2>, auto a, auto b, auto x, auto) {
    return -a * hyperu(a + 1, b + 1, x);
  }
};

struct Ellipk : Pointwise<1> {
  static constexpr std::string_view name = "ellipk";
  static constexpr std::string_view summary =
      "The complete elliptic integral of the first kind, of the parameter m.";
  static constexpr std::string_view operands[] = {"m"};
  static constexpr auto partial(At<0>, auto m, auto) {
    return 0.5 * elliptic_moment(-0.5, 1, pi / 2, m);
  }
};

struct Ellipe : Pointwise<1> {
  static constexpr std::string_view name = "ellipe";
  static constexpr std::string_view summary =
      "The complete elliptic integral of the second kind, of the parameter m.";
  static constexpr std::string_view operands[] = {"m"};
  static constexpr auto partial(At<0>, auto m, auto) {
    return -0.5 * elliptic_moment(0.5, 1, pi / 2, m);
  }
};

struct Ellipkm1 : Pointwise<1> {
  static constexpr std::string_view name = "ellipkm1";
  static constexpr std::string_view summary = "ellipk(1 - p), with its digits where p is small.";
  static constexpr std::string_view operands[] = {"p"};
  static constexpr auto partial(At<0>, auto p, auto y) {
    return chain(less(p, 0.5), (chain(p, y) - ellipe(1 - p)) / (2 * p * (1 - p))) -
           chain(greater_equal(p, 0.5), 0.5 * elliptic_moment(-0.5, 1, pi / 2, 1 - p));
  }
};

struct Ellipkinc : Pointwise<2> {
  static constexpr std::string_view name = "ellipkinc";
  static constexpr std::string_view summary = "The incomplete elliptic integral of the first kind.";
  static constexpr std::string_view operands[] = {"phi", "m"};
  static constexpr auto partial(At<0>, auto phi, auto m, auto) {
    const auto is_constant = equal(m, -__builtin_inf());
    return chain(1 - is_constant, 1 / sqrt(1 - m * (sin(phi) * sin(phi))));
  }
  static constexpr auto partial(At<1>, auto phi, auto m, auto) {
    return 0.5 * elliptic_moment(-0.5, 1, phi, m);
  }
};

struct Ellipeinc : Pointwise<2> {
  static constexpr std::string_view name = "ellipeinc";
  static constexpr std::string_view summary =
      "The incomplete elliptic integral of the second kind.";
  static constexpr std::string_view operands[] = {"phi", "m"};
  static constexpr auto partial(At<0>, auto phi, auto m, auto) {
    const auto is_infinite = equal(m, -__builtin_inf());
    return chain(1 - is_infinite, sqrt(1 - m * (sin(phi) * sin(phi)))) +
           chain(is_infinite, __builtin_inf());
  }
  static constexpr auto partial(At<1>, auto phi, auto m, auto) {
    return -0.5 * elliptic_moment(0.5, 1, phi, m);
  }
};

struct EllipticMoment : OwnPointwise<4> {
  static constexpr std::string_view name = "elliptic_moment";
  static constexpr std::string_view summary =
      "The integral of sin(t)^2n (1 - m sin(t)^2)^(p - n), t from 0 to phi; p is 1/2 or -1/2.";
  static constexpr std::string_view operands[] = {"p", "n", "phi", "m"};
  static constexpr auto partial(At<2>, auto p, auto n, auto phi, auto m, auto) {
    const auto square = sin(phi) * sin(phi);
    return power(square, n) * power(1 - m * square, p - n);
  }
  static constexpr auto partial(At<3>, auto p, auto n, auto phi, auto m, auto) {
    return chain(n - p, elliptic_moment(p, n + 1, phi, m));
  }
};

using Hypergeometric = List<Hyp0f1, Hyp1f1, Hyp2f1, Hyperu, Ellipk, Ellipe, Ellipkm1, Ellipkinc,
                            Ellipeinc, EllipticMoment>;

}  // namespace wg
