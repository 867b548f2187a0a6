/// Rounding to integers, remainders and divisors.
#pragma once

#include "formulas/formula.h"

namespace wg {

inline constexpr Function<struct FloorDivide> floor_divide{};
inline constexpr Function<struct Rint> rint{};

/// What jumps between integers has the derivative zero, at the jumps as well.
template <class Op> struct Rounding : Unary {
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x) { return intrinsic(Op{}, x); }
};

struct Floor : Rounding<Floor> {
  static constexpr std::string_view name = "floor";
};
struct Ceil : Rounding<Ceil> {
  static constexpr std::string_view name = "ceil";
};
struct Trunc : Rounding<Trunc> {
  static constexpr std::string_view name = "trunc";
};
/// Halves go to the even neighbour.
struct Rint : Rounding<Rint> {
  static constexpr std::string_view name = "rint";
  static constexpr unsigned kinds = real;
};

/// The largest integer not above x / y; 0 for integers where y is 0.
struct FloorDivide : Binary {
  static constexpr std::string_view name = "floor_divide";
  static constexpr unsigned kinds = integer | real;
  static constexpr bool keeps_weak = true;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x, auto y) { return intrinsic(FloorDivide{}, x, y); }
};

/// x - y floor(x / y), with the sign of y; 0 for integers where y is 0. The jumps contribute no
/// derivative.
struct Remainder : Binary {
  static constexpr std::string_view name = "remainder";
  static constexpr unsigned kinds = integer | real;
  static constexpr bool keeps_weak = true;
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Remainder{}, x, y); }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto x, auto y, auto) { return -floor_divide(x, y); }
};

/// x - y trunc(x / y), with the sign of x; 0 for integers where y is 0. The jumps contribute no
/// derivative.
struct Fmod : Binary {
  static constexpr std::string_view name = "fmod";
  static constexpr unsigned kinds = integer | real;
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Fmod{}, x, y); }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto x, auto y, auto z) { return -rint((x - z) / y); }
};

template <class Op> struct OfIntegers : Binary {
  static constexpr unsigned kinds = integer;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x, auto y) { return intrinsic(Op{}, x, y); }
};

/// The greatest number that divides both; |x| where y is 0.
struct Gcd : OfIntegers<Gcd> {
  static constexpr std::string_view name = "gcd";
};
/// The least multiple of both that is not negative; 0 where either is 0.
struct Lcm : OfIntegers<Lcm> {
  static constexpr std::string_view name = "lcm";
};

using RoundingFamily = List<Floor, Ceil, Trunc, Rint, FloorDivide, Remainder, Fmod, Gcd, Lcm>;

}  // namespace wg
