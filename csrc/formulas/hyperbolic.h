/// Hyperbolic functions and their inverses.
#pragma once

#include "formulas/power.h"

namespace wg {

inline constexpr Function<struct Cosh> cosh{};
inline constexpr Function<struct Sinh> sinh{};

struct Sinh : Unary {
  static constexpr std::string_view name = "sinh";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Sinh{}, x); }
  static constexpr auto partial(auto x, auto) { return cosh(x); }
};

struct Cosh : Unary {
  static constexpr std::string_view name = "cosh";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Cosh{}, x); }
  static constexpr auto partial(auto x, auto) { return sinh(x); }
};

struct Tanh : Unary {
  static constexpr std::string_view name = "tanh";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Tanh{}, x); }
  static constexpr auto partial(auto, auto y) { return 1 - y * y; }
};

struct Arcsinh : Unary {
  static constexpr std::string_view name = "arcsinh";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Arcsinh{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / hypot1(x); }
};

/// Two roots, so that a complex x has the derivative of its own side of the cut.
struct Arccosh : Unary {
  static constexpr std::string_view name = "arccosh";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{1.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Arccosh{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / (sqrt(x - 1) * sqrt(plus_one(x))); }
};

struct Arctanh : Unary {
  static constexpr std::string_view name = "arctanh";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{-0.9, 0.9};
  static constexpr auto value(auto x) { return intrinsic(Arctanh{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / (1 - x) / (1 + x); }
};

using Hyperbolic = List<Sinh, Cosh, Tanh, Arcsinh, Arccosh, Arctanh>;

}  // namespace wg
