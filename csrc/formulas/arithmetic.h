/// The four operations, signs, and what is built from them.
#pragma once

#include "formulas/chain.h"

namespace wg {

inline constexpr Function<struct Absolute> abs{};
inline constexpr Function<struct Difference> difference{};
inline constexpr Function<struct Sign> sign{};

struct Add : Binary {
  static constexpr std::string_view name = "add";
  static constexpr unsigned kinds = boolean | integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr auto value(auto x, auto y) { return x + y; }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto, auto, auto) { return 1; }
};

struct Subtract : Binary {
  static constexpr std::string_view name = "subtract";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr auto value(auto x, auto y) { return x - y; }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto, auto, auto) { return -1; }
};

struct Multiply : Binary {
  static constexpr std::string_view name = "multiply";
  static constexpr unsigned kinds = boolean | integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr auto value(auto x, auto y) { return x * y; }
  static constexpr auto partial_x(auto, auto y, auto) { return y; }
  static constexpr auto partial_y(auto x, auto, auto) { return x; }
};

struct Divide : Binary {
  static constexpr std::string_view name = "divide";
  static constexpr unsigned kinds = real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return x / y; }
  static constexpr auto partial_x(auto, auto y, auto) { return 1 / y; }
  static constexpr auto partial_y(auto, auto y, auto z) { return -(z / y); }
};

struct Negative : Unary {
  static constexpr std::string_view name = "negative";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr auto value(auto x) { return -x; }
  static constexpr auto partial(auto, auto) { return -1; }
};

struct Positive : Unary {
  static constexpr std::string_view name = "positive";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr bool keeps_weak = true;
  static constexpr auto value(auto x) { return x; }
  static constexpr auto partial(auto, auto) { return 1; }
};

struct Square : Unary {
  static constexpr std::string_view name = "square";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr auto value(auto x) { return x * x; }
  static constexpr auto partial(auto x, auto) { return 2 * x; }
};

/// Of an integer, the integer part, as NumPy has it.
struct Reciprocal : Unary {
  static constexpr std::string_view name = "reciprocal";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return intrinsic(Reciprocal{}, x); }
  static constexpr auto partial(auto, auto y) { return -(y * y); }
};

/// NaN is its own sign. Its derivative is zero, at zero as well.
struct Sign : Unary {
  static constexpr std::string_view name = "sign";
  static constexpr unsigned kinds = integer | real;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x) { return intrinsic(Sign{}, x); }
};

/// The derivative at zero is zero.
struct Absolute : Unary {
  static constexpr std::string_view name = "absolute";
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr bool keeps_weak = true;
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return intrinsic(Absolute{}, x); }
  static constexpr auto partial(auto x, auto) { return sign(x); }
};

/// absolute in floating point only. The derivative at zero is zero.
struct Fabs : Unary {
  static constexpr std::string_view name = "fabs";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x) { return abs(x); }
  static constexpr auto partial(auto x, auto) { return sign(x); }
};

/// x - y, but 0 where they are equal, infinities included.
struct Difference : Binary {
  static constexpr std::string_view name = "difference";
  static constexpr auto value(auto x, auto y) { return intrinsic(Difference{}, x, y); }
  static constexpr auto partial_x(auto, auto, auto) { return 1; }
  static constexpr auto partial_y(auto, auto, auto) { return -1; }
};

using Arithmetic = List<Add, Subtract, Multiply, Divide, Negative, Positive, Square, Reciprocal,
                        Sign, Absolute, Fabs, Difference, Chain>;

}  // namespace wg
