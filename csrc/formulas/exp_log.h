/// Exponentials and logarithms.
#pragma once

#include "formulas/formula.h"

namespace wg {

inline constexpr Function<struct Exp> exp{};
inline constexpr Function<struct Log> log{};

struct Exp : Unary {
  static constexpr std::string_view name = "exp";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Exp{}, x); }
  static constexpr auto partial(auto, auto y) { return y; }
};

struct Log : Unary {
  static constexpr std::string_view name = "log";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Log{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / x; }
};

using ExpLog = List<Exp, Log>;

}  // namespace wg
