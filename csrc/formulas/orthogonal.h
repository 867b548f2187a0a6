/// Orthogonal polynomials of degree n, in their argument. Of degree 0 the derivative is 0, which
/// `chain` gives whatever stands for degree -1.
#pragma once

#include "formulas/derivative_families.h"
#include "formulas/exp_log.h"
#include "formulas/gamma_function.h"
#include "formulas/pointwise.h"
#include "formulas/power.h"
#include "formulas/rounding.h"
#include "formulas/trigonometric.h"

namespace wg {

inline constexpr Function<struct EvalJacobi> eval_jacobi{};
inline constexpr Function<struct EvalGegenbauer> eval_gegenbauer{};
inline constexpr Function<struct EvalLegendre> eval_legendre{};
inline constexpr Function<struct EvalChebyt> eval_chebyt{};
inline constexpr Function<struct EvalChebyu> eval_chebyu{};
inline constexpr Function<struct EvalLaguerre> eval_laguerre{};
inline constexpr Function<struct EvalGenlaguerre> eval_genlaguerre{};
inline constexpr Function<struct EvalHermite> eval_hermite{};
inline constexpr Function<struct EvalHermitenorm> eval_hermitenorm{};
inline constexpr Function<struct Lpmv> lpmv{};

struct EvalJacobi : Pointwise<4> {
  static constexpr std::string_view name = "eval_jacobi";
  static constexpr std::string_view summary = "The Jacobi polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "alpha", "beta", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<3>, auto n, auto a, auto b, auto x, auto) {
    return 0.5 * chain(not_equal(n, 0) * (n + a + b + 1), eval_jacobi(n - 1, a + 1, b + 1, x));
  }
};

struct EvalGegenbauer : Pointwise<3> {
  static constexpr std::string_view name = "eval_gegenbauer";
  static constexpr std::string_view summary = "The Gegenbauer polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "alpha", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<2>, auto n, auto alpha, auto x, auto) {
    return 2 * chain(not_equal(n, 0) * alpha, eval_gegenbauer(n - 1, alpha + 1, x));
  }
};

struct EvalLegendre : Pointwise<2> {
  static constexpr std::string_view name = "eval_legendre";
  static constexpr std::string_view summary = "The Legendre polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return chain(not_equal(n, 0), eval_gegenbauer(n - 1, 1.5, x));
  }
};

struct EvalChebyt : Pointwise<2> {
  static constexpr std::string_view name = "eval_chebyt";
  static constexpr std::string_view summary =
      "The Chebyshev polynomial of the first kind of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return chain(n, eval_chebyu(n - 1, x));
  }
};

struct EvalChebyu : Pointwise<2> {
  static constexpr std::string_view name = "eval_chebyu";
  static constexpr std::string_view summary =
      "The Chebyshev polynomial of the second kind of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return 2 * chain(not_equal(n, 0), eval_gegenbauer(n - 1, 2, x));
  }
};

struct EvalLaguerre : Pointwise<2> {
  static constexpr std::string_view name = "eval_laguerre";
  static constexpr std::string_view summary = "The Laguerre polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return -chain(not_equal(n, 0), eval_genlaguerre(n - 1, 1, x));
  }
};

struct EvalGenlaguerre : Pointwise<3> {
  static constexpr std::string_view name = "eval_genlaguerre";
  static constexpr std::string_view summary = "The generalised Laguerre polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "alpha", "x"};
  static constexpr bool is_complex_too = true;
  static constexpr auto partial(At<2>, auto n, auto alpha, auto x, auto) {
    return -chain(not_equal(n, 0), eval_genlaguerre(n - 1, alpha + 1, x));
  }
};

struct EvalHermite : Pointwise<2> {
  static constexpr std::string_view name = "eval_hermite";
  static constexpr std::string_view summary = "The physicists' Hermite polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return chain(2 * n, eval_hermite(n - 1, x));
  }
};

struct EvalHermitenorm : Pointwise<2> {
  static constexpr std::string_view name = "eval_hermitenorm";
  static constexpr std::string_view summary = "The probabilists' Hermite polynomial of degree n.";
  static constexpr std::string_view operands[] = {"n", "x"};
  static constexpr auto partial(At<1>, auto n, auto x, auto) {
    return chain(n, eval_hermitenorm(n - 1, x));
  }
};

struct Lpmv : Pointwise<3> {
  static constexpr std::string_view name = "lpmv";
  static constexpr std::string_view summary =
      "The associated Legendre function of order m and degree v.";
  static constexpr std::string_view operands[] = {"m", "v", "x"};
  static constexpr auto partial(At<2>, auto m, auto v, auto x, auto y) {
    // P of degree v is that of degree -v - 1, and 0 of a lower degree than its order
    const auto degree = maximum(v, -v - 1), rest = 1 - x * x;
    const auto is_usual = greater_equal(m, 0);
    const auto is_zero = less(degree, m) * equal(degree, rint(degree));
    const auto scale = cos(pi * m) * power(2, m) / sqrt_pi * gamma(m + 0.5);
    const auto inner = eval_gegenbauer(degree - m, m + 0.5, x);
    const auto slope = chain(not_equal(degree, m), eval_gegenbauer(degree - m - 1, m + 1.5, x));
    const auto of_usual = (2 * m + 1) * chain(power(rest, 0.5 * m), slope) -
                          chain(m * x, power(rest, 0.5 * m - 1) * inner);
    return chain(is_usual * (1 - is_zero), scale * of_usual) +
           chain(1 - is_usual, ((v + m) * lpmv(m, v - 1, x) - v * x * y) / rest);
  }
};

using Orthogonal = List<EvalJacobi, EvalGegenbauer, EvalLegendre, EvalChebyt, EvalChebyu,
                        EvalLaguerre, EvalGenlaguerre, EvalHermite, EvalHermitenorm, Lpmv>;

}  // namespace wg
