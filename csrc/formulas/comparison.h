/// Comparisons, tests and logic, whose results are boolean; and the larger and smaller of two.
#pragma once

#include "formulas/arithmetic.h"

namespace wg {

inline constexpr Function<struct Copysign> copysign{};
inline constexpr Function<struct Equal> equal{};
inline constexpr Function<struct Exceeds> exceeds{};
inline constexpr Function<struct Greater> greater{};
inline constexpr Function<struct GreaterEqual> greater_equal{};
inline constexpr Function<struct Isnan> isnan{};
inline constexpr Function<struct Less> less{};
inline constexpr Function<struct LogicalNot> logical_not{};
inline constexpr Function<struct Maximum> maximum{};
inline constexpr Function<struct Minimum> minimum{};
inline constexpr Function<struct NotEqual> not_equal{};

/// What is true or false has no derivative. Complex numbers are ordered by real part, then
/// imaginary.
template <class Op, class Arity> struct Predicate : Arity {
  static constexpr unsigned kinds = boolean | integer | real | complex;
  static constexpr bool is_predicate = true;
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto... x) { return intrinsic(Op{}, x...); }
};

struct Equal : Predicate<Equal, Binary> {
  static constexpr std::string_view name = "equal";
};
struct NotEqual : Predicate<NotEqual, Binary> {
  static constexpr std::string_view name = "not_equal";
};
struct Less : Predicate<Less, Binary> {
  static constexpr std::string_view name = "less";
};
struct LessEqual : Predicate<LessEqual, Binary> {
  static constexpr std::string_view name = "less_equal";
};
struct Greater : Predicate<Greater, Binary> {
  static constexpr std::string_view name = "greater";
};
struct GreaterEqual : Predicate<GreaterEqual, Binary> {
  static constexpr std::string_view name = "greater_equal";
};
struct LogicalAnd : Predicate<LogicalAnd, Binary> {
  static constexpr std::string_view name = "logical_and";
};
struct LogicalOr : Predicate<LogicalOr, Binary> {
  static constexpr std::string_view name = "logical_or";
};
struct LogicalXor : Predicate<LogicalXor, Binary> {
  static constexpr std::string_view name = "logical_xor";
};
struct LogicalNot : Predicate<LogicalNot, Unary> {
  static constexpr std::string_view name = "logical_not";
};
struct Isnan : Predicate<Isnan, Unary> {
  static constexpr std::string_view name = "isnan";
};
struct Isinf : Predicate<Isinf, Unary> {
  static constexpr std::string_view name = "isinf";
};
struct Isfinite : Predicate<Isfinite, Unary> {
  static constexpr std::string_view name = "isfinite";
};
struct Signbit : Predicate<Signbit, Unary> {
  static constexpr std::string_view name = "signbit";
  static constexpr unsigned kinds = real;
};

/// 1 where x > y, 1/2 where they are equal, 0 elsewhere: who receives the cotangent of a maximum.
struct Exceeds : Binary {
  static constexpr std::string_view name = "exceeds";
  static constexpr bool is_differentiable = false;
  static constexpr auto value(auto x, auto y) { return intrinsic(Exceeds{}, x, y); }
};

/// NaN in either operand is the result. Where x equals y, each receives half of the cotangent.
struct Maximum : Binary {
  static constexpr std::string_view name = "maximum";
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr auto value(auto x, auto y) { return intrinsic(Maximum{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return exceeds(x, y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return exceeds(y, x); }
};

/// NaN in either operand is the result. Where x equals y, each receives half of the cotangent.
struct Minimum : Binary {
  static constexpr std::string_view name = "minimum";
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr auto value(auto x, auto y) { return intrinsic(Minimum{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return exceeds(y, x); }
  static constexpr auto partial_y(auto x, auto y, auto) { return exceeds(x, y); }
};

/// NaN only if both are. Where x equals y, each receives half of the cotangent.
struct Fmax : Binary {
  static constexpr std::string_view name = "fmax";
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr auto value(auto x, auto y) { return intrinsic(Fmax{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return exceeds(x, y) + isnan(y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return exceeds(y, x) + isnan(x); }
};

/// NaN only if both are. Where x equals y, each receives half of the cotangent.
struct Fmin : Binary {
  static constexpr std::string_view name = "fmin";
  static constexpr unsigned kinds = boolean | integer | real;
  static constexpr auto value(auto x, auto y) { return intrinsic(Fmin{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return exceeds(y, x) + isnan(y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return exceeds(x, y) + isnan(x); }
};

/// |x| with the sign of y, whose zeros have one too. The derivative at x = 0 is zero.
struct Copysign : Binary {
  static constexpr std::string_view name = "copysign";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Copysign{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return sign(x) * copysign(1, y); }
  static constexpr auto partial_y(auto, auto, auto) { return 0; }
};

/// 0 below x = 0, 1 above, y there. The jump contributes no derivative.
struct Heaviside : Binary {
  static constexpr std::string_view name = "heaviside";
  static constexpr Domain domain{0.5, 4.0};
  static constexpr auto value(auto x, auto y) { return intrinsic(Heaviside{}, x, y); }
  static constexpr auto partial_x(auto, auto, auto) { return 0; }
  static constexpr auto partial_y(auto x, auto, auto) { return equal(x, 0); }
};

using Comparison = List<Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, LogicalAnd,
                        LogicalOr, LogicalXor, LogicalNot, Isnan, Isinf, Isfinite, Signbit, Exceeds,
                        Maximum, Minimum, Fmax, Fmin, Copysign, Heaviside>;

}  // namespace wg
