/// The gamma function, the derivatives of its logarithm, the beta function.
#pragma once

#include "formulas/by_rules.h"
#include "formulas/exp_log.h"
#include "formulas/pointwise.h"

namespace wg {

inline constexpr Function<struct Gammaln> gammaln{};
inline constexpr Function<struct Psi> psi{};
inline constexpr Function<struct Trigamma> trigamma{};

/// log |gamma(x)|, infinite at its poles.
struct Gammaln : Unary {
  static constexpr std::string_view name = "gammaln";
  static constexpr Domain domain{0.2, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Gammaln{}, x); }
  static constexpr auto partial(auto x, auto) { return psi(x); }
};

/// NaN at negative integers, infinite at 0.
struct Gamma : Unary {
  static constexpr std::string_view name = "gamma";
  static constexpr Domain domain{0.4, 5.0};
  static constexpr auto value(auto x) { return intrinsic(Gamma{}, x); }
  static constexpr auto partial(auto x, auto y) { return y * psi(x); }
};

/// The derivative of gammaln, digamma; NaN at negative integers.
struct Psi : Unary {
  static constexpr std::string_view name = "psi";
  static constexpr Domain domain{0.5, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Psi{}, x); }
  static constexpr auto partial(auto x, auto) { return trigamma(x); }
};

/// The derivative of psi, infinite at its poles.
struct Trigamma : ByRules<Unary> {
  static constexpr std::string_view name = "trigamma";
  static constexpr Domain domain{0.7, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Trigamma{}, x); }
  static constexpr auto partial(auto x, auto) { return polygamma(2, x); }
};

/// log |beta(x, y)|, with its digits where the logarithms of the three gammas nearly cancel.
struct Betaln : Binary {
  static constexpr std::string_view name = "betaln";
  static constexpr Domain domain{0.4, 8.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Betaln{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return psi(x) - psi(x + y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return psi(y) - psi(x + y); }
};

using GammaFunction = List<Gammaln, Gamma, Psi, Trigamma, Betaln>;

}  // namespace wg
