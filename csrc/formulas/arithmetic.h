/// The four operations, powers of two and what is built from signs.
#pragma once

#include "formulas/chain.h"

namespace wg {

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

struct Square : Unary {
  static constexpr std::string_view name = "square";
  static constexpr unsigned kinds = integer | real | complex;
  static constexpr auto value(auto x) { return x * x; }
  static constexpr auto partial(auto x, auto) { return 2 * x; }
};

using Arithmetic = List<Add, Subtract, Multiply, Divide, Negative, Square, Chain>;

}  // namespace wg
