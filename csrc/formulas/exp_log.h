/// Exponentials, logarithms and what is built from them.
#pragma once

#include "formulas/comparison.h"

namespace wg {

inline constexpr Function<struct Exp> exp{};
inline constexpr Function<struct Expit> expit{};
inline constexpr Function<struct Log> log{};
inline constexpr Function<struct Log1p> log1p{};

inline constexpr double ln2 = 0.69314718055994530942;
inline constexpr double log2_e = 1.4426950408889634074;
inline constexpr double log10_e = 0.43429448190325182765;

struct Exp : Unary {
  static constexpr std::string_view name = "exp";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Exp{}, x); }
  static constexpr auto partial(auto, auto y) { return y; }
};

struct Exp2 : Unary {
  static constexpr std::string_view name = "exp2";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Exp2{}, x); }
  static constexpr auto partial(auto, auto y) { return ln2 * y; }
};

/// The derivative is e^x rather than y + 1, which has no digit left where y is near -1.
struct Expm1 : Unary {
  static constexpr std::string_view name = "expm1";
  static constexpr unsigned kinds = real | complex;
  static constexpr auto value(auto x) { return intrinsic(Expm1{}, x); }
  static constexpr auto partial(auto x, auto) { return exp(x); }
};

struct Log : Unary {
  static constexpr std::string_view name = "log";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Log{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / x; }
};

struct Log2 : Unary {
  static constexpr std::string_view name = "log2";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Log2{}, x); }
  static constexpr auto partial(auto x, auto) { return log2_e / x; }
};

struct Log10 : Unary {
  static constexpr std::string_view name = "log10";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Log10{}, x); }
  static constexpr auto partial(auto x, auto) { return log10_e / x; }
};

struct Log1p : Unary {
  static constexpr std::string_view name = "log1p";
  static constexpr unsigned kinds = real | complex;
  static constexpr Domain domain{-0.9, 8.0};
  static constexpr auto value(auto x) { return intrinsic(Log1p{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / (1 + x); }
};

/// log(e^x + e^y) without overflow. Equal infinities share the cotangent as equal numbers do.
struct Logaddexp : Binary {
  static constexpr std::string_view name = "logaddexp";
  static constexpr auto value(auto x, auto y) { return intrinsic(Logaddexp{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return expit(difference(x, y)); }
  static constexpr auto partial_y(auto x, auto y, auto) { return expit(difference(y, x)); }
};

/// log2(2^x + 2^y) without overflow. Equal infinities share the cotangent as equal numbers do.
struct Logaddexp2 : Binary {
  static constexpr std::string_view name = "logaddexp2";
  static constexpr auto value(auto x, auto y) { return intrinsic(Logaddexp2{}, x, y); }
  static constexpr auto partial_x(auto x, auto y, auto) { return expit(ln2 * difference(x, y)); }
  static constexpr auto partial_y(auto x, auto y, auto) { return expit(ln2 * difference(y, x)); }
};

/// The logistic sigmoid, 1 / (1 + e^-x). Its derivative is not y (1 - y), which is 0 from 37 on.
struct Expit : Unary {
  static constexpr std::string_view name = "expit";
  static constexpr auto value(auto x) { return intrinsic(Expit{}, x); }
  static constexpr auto partial(auto x, auto y) { return y * expit(-x); }
};

/// log(expit(x)), written so that no exponential overflows and small results keep their digits.
struct LogExpit : Unary {
  static constexpr std::string_view name = "log_expit";
  static constexpr auto value(auto x) { return minimum(x, 0) - log1p(exp(-abs(x))); }
  static constexpr auto partial(auto x, auto) { return expit(-x); }
};

/// log(x / (1 - x)), the inverse of expit, with its digits near 1/2.
struct Logit : Unary {
  static constexpr std::string_view name = "logit";
  static constexpr Domain domain{0.1, 0.9};
  static constexpr auto value(auto x) { return intrinsic(Logit{}, x); }
  static constexpr auto partial(auto x, auto) { return 1 / x + 1 / (1 - x); }
};

/// x log(y), but 0 where x is 0, unless y is NaN.
struct Xlogy : Binary {
  static constexpr std::string_view name = "xlogy";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x, auto y) {
    return chain(not_equal(x, 0), x * log(y)) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto, auto y, auto) { return log(y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return chain(x, 1 / y); }
};

/// x log(1 + y), but 0 where x is 0, unless y is NaN.
struct Xlog1py : Binary {
  static constexpr std::string_view name = "xlog1py";
  static constexpr Domain domain{-0.9, 8.0};
  static constexpr auto value(auto x, auto y) {
    return chain(not_equal(x, 0), x * log1p(y)) + chain(isnan(y), y);
  }
  static constexpr auto partial_x(auto, auto y, auto) { return log1p(y); }
  static constexpr auto partial_y(auto x, auto y, auto) { return chain(x, 1 / (1 + y)); }
};

/// -x log(x), 0 at x = 0, minus infinity below.
struct Entr : Unary {
  static constexpr std::string_view name = "entr";
  static constexpr Domain domain{0.1, 8.0};
  static constexpr auto value(auto x) {
    return chain(less(x, 0), -__builtin_inf()) - chain(logical_not(less(x, 0)), chain(x, log(x)));
  }
  static constexpr auto partial(auto x, auto) { return -log(x) - 1; }
};

using ExpLog = List<Exp, Exp2, Expm1, Log, Log2, Log10, Log1p, Logaddexp, Logaddexp2, Expit,
                    LogExpit, Logit, Xlogy, Xlog1py, Entr>;

}  // namespace wg
