/// Operations on the bits of integers and on booleans.
#pragma once

#include "formulas/formula.h"

namespace wg {

template <class Op, class Arity> struct OnBits : Arity {
  static constexpr unsigned kinds = boolean | integer;
  static constexpr bool keeps_weak = true;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto... x) { return intrinsic(Op{}, x...); }
};

struct BitwiseAnd : OnBits<BitwiseAnd, Binary> {
  static constexpr std::string_view name = "bitwise_and";
};
struct BitwiseOr : OnBits<BitwiseOr, Binary> {
  static constexpr std::string_view name = "bitwise_or";
};
struct BitwiseXor : OnBits<BitwiseXor, Binary> {
  static constexpr std::string_view name = "bitwise_xor";
};
/// Of a boolean, its negation.
struct Invert : OnBits<Invert, Unary> {
  static constexpr std::string_view name = "invert";
};
/// How many bits of |x| are set.
struct BitwiseCount : OnBits<BitwiseCount, Unary> {
  static constexpr std::string_view name = "bitwise_count";
  static constexpr unsigned kinds = integer;
  static constexpr bool keeps_weak = false;
};
/// 0 where y is not below the number of bits.
struct LeftShift : OnBits<LeftShift, Binary> {
  static constexpr std::string_view name = "left_shift";
  static constexpr unsigned kinds = integer;
};
/// The sign, 0 or -1, where y is not below the number of bits.
struct RightShift : OnBits<RightShift, Binary> {
  static constexpr std::string_view name = "right_shift";
  static constexpr unsigned kinds = integer;
};

using Bitwise =
    List<BitwiseAnd, BitwiseOr, BitwiseXor, Invert, BitwiseCount, LeftShift, RightShift>;

}  // namespace wg
