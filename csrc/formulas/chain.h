/// How derivative factors are joined.
#pragma once

#include "formulas/formula.h"

namespace wg {

inline constexpr Function<struct Chain> chain{};

/// x y, but 0 where either is 0, whatever the other is: how derivative factors are joined. A branch
/// not taken, whose cotangent is 0, then contributes 0 even where its own derivative is infinite.
struct Chain : Binary {
  static constexpr std::string_view name = "chain";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x, auto y) { return intrinsic(Chain{}, x, y); }
  static constexpr auto partial_x(auto, auto y, auto) { return y; }
  static constexpr auto partial_y(auto x, auto, auto) { return x; }
};

}  // namespace wg
