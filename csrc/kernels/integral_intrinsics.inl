/// What formulas leave to the lanes, on integers and booleans. Integers wrap around; a division by
/// zero gives 0, as NumPy's does.
namespace wg {
namespace {

/// `function` of each pair of elements, where vectors have no such operation.
template <IntegerLane L, class F>
[[gnu::always_inline]] inline L each_element(L x, L y, F function) {
  for (int i = 0; i < L::width; ++i) {
    x.v[i] = function(typename L::Element(x.v[i]), typename L::Element(y.v[i]));
  }
  return x;
}

template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Absolute&, L x) {
  return typename L::Vector(x.v < 0 ? (-x).v : x.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Sign&, L x) {
  return truth<L>(x.v > 0) - truth<L>(x.v < 0);
}
/// Of 0, the least integer, as the hardware's conversion of an infinity.
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Reciprocal&, L x) {
  constexpr auto least = std::numeric_limits<typename L::Element>::min();
  return typename L::Vector(x.v == 0                   ? L(least).v
                            : (x.v == 1) | (x.v == -1) ? x.v
                                                       : typename L::Vector{});
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Power&, L x, L y) {
  return each_element(x, y, [](auto base, auto exponent) {
    using Wrapping = std::make_unsigned_t<decltype(base)>;
    Wrapping square = Wrapping(base), result = 1;
    for (; exponent > 0; exponent >>= 1, square *= square) {
      if (exponent & 1) result *= square;
    }
    return decltype(base)(result);
  });
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Fmod&, L x, L y) {
  return each_element(x, y,
                      [](auto a, auto b) { return b == 0 || b == -1 ? decltype(a)(0) : a % b; });
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Remainder&, L x, L y) {
  return each_element(x, y, [](auto a, auto b) {
    if (b == 0 || b == -1) return decltype(a)(0);
    const auto left = a % b;
    return left != 0 && (left < 0) != (b < 0) ? decltype(a)(left + b) : decltype(a)(left);
  });
}
/// Of the least integer by -1: itself.
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const FloorDivide&, L x, L y) {
  return each_element(x, y, [](auto a, auto b) {
    using T = decltype(a);
    if (b == 0) return T(0);
    if (b == -1) return T(0 - std::make_unsigned_t<T>(a));
    return T(a / b - (a % b != 0 && (a < 0) != (b < 0)));
  });
}

template <class T> [[gnu::always_inline]] inline std::make_unsigned_t<T> size_of(T a) {
  using Unsigned = std::make_unsigned_t<T>;
  return a < 0 ? Unsigned(0) - Unsigned(a) : Unsigned(a);
}
/// Euclid's algorithm.
template <class T> [[gnu::always_inline]] inline T common_divisor(T a, T b) {
  while (b != 0) {
    const T left = a % b;
    a = b;
    b = left;
  }
  return a;
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Gcd&, L x, L y) {
  return each_element(
      x, y, [](auto a, auto b) { return decltype(a)(common_divisor(size_of(a), size_of(b))); });
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Lcm&, L x, L y) {
  return each_element(x, y, [](auto a, auto b) {
    const auto divisor = common_divisor(size_of(a), size_of(b));
    return decltype(a)(divisor == 0 ? divisor : size_of(a) / divisor * size_of(b));
  });
}

template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Floor&, L x) { return x; }
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Ceil&, L x) { return x; }
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Trunc&, L x) { return x; }
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Maximum&, L x, L y) {
  return typename L::Vector(x.v > y.v ? x.v : y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Minimum&, L x, L y) {
  return typename L::Vector(x.v < y.v ? x.v : y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Fmax&, L x, L y) {
  return typename L::Vector(x.v > y.v ? x.v : y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Fmin&, L x, L y) {
  return typename L::Vector(x.v < y.v ? x.v : y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Isnan&, L) { return 0; }
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Isinf&, L) { return 0; }
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Isfinite&, L) { return 1; }

template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const BitwiseAnd&, L x, L y) {
  return typename L::Vector(x.v & y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const BitwiseOr&, L x, L y) {
  return typename L::Vector(x.v | y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const BitwiseXor&, L x, L y) {
  return typename L::Vector(x.v ^ y.v);
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const Invert&, L x) {
  return typename L::Vector(~x.v);
}
/// Bits are counted in pairs, then in fours, in bytes, and the bytes added by a product.
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const BitwiseCount&, L x) {
  using Counts = typename L::Wrapping;
  using T = std::make_unsigned_t<typename L::Element>;
  constexpr T all = ~T(0);
  Counts n = Counts(typename L::Vector(x.v < 0 ? (-x).v : x.v));
  n -= n >> 1 & T(all / 3);
  n = (n & T(all / 15 * 3)) + (n >> 2 & T(all / 15 * 3));
  n = (n + (n >> 4)) & T(all / 255 * 15);
  return typename L::Vector((n * T(all / 255)) >> (sizeof(T) * 8 - 8));
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const LeftShift&, L x, L y) {
  return each_element(x, y, [](auto a, auto b) {
    using Wrapping = std::make_unsigned_t<decltype(a)>;
    return decltype(a)(Wrapping(b) < sizeof(a) * 8 ? Wrapping(a) << Wrapping(b) : 0);
  });
}
template <IntegerLane L> [[gnu::always_inline]] inline L intrinsic(const RightShift&, L x, L y) {
  return each_element(x, y, [](auto a, auto b) {
    using Wrapping = std::make_unsigned_t<decltype(a)>;
    return decltype(a)(a >> (Wrapping(b) < sizeof(a) * 8 ? b : decltype(b)(sizeof(a) * 8 - 1)));
  });
}

// Booleans: false is below true.
[[gnu::always_inline]] inline BooleanLane intrinsic(const Absolute&, BooleanLane x) { return x; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Floor&, BooleanLane x) { return x; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Ceil&, BooleanLane x) { return x; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Trunc&, BooleanLane x) { return x; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Isnan&, BooleanLane) { return 0; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Isinf&, BooleanLane) { return 0; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const Isfinite&, BooleanLane) { return 1; }
[[gnu::always_inline]] inline BooleanLane intrinsic(const LogicalNot&, BooleanLane x) {
  return !x.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Invert&, BooleanLane x) { return !x.v; }

[[gnu::always_inline]] inline BooleanLane intrinsic(const Equal&, BooleanLane x, BooleanLane y) {
  return x.v == y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const NotEqual&, BooleanLane x, BooleanLane y) {
  return x.v != y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const LogicalXor&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v != y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const BitwiseXor&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v != y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Less&, BooleanLane x, BooleanLane y) {
  return x.v < y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const LessEqual&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v <= y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Greater&, BooleanLane x, BooleanLane y) {
  return x.v > y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const GreaterEqual&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v >= y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const LogicalAnd&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v & y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const BitwiseAnd&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v & y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Minimum&, BooleanLane x, BooleanLane y) {
  return x.v & y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Fmin&, BooleanLane x, BooleanLane y) {
  return x.v & y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const LogicalOr&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v | y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const BitwiseOr&, BooleanLane x,
                                                    BooleanLane y) {
  return x.v | y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Maximum&, BooleanLane x, BooleanLane y) {
  return x.v | y.v;
}
[[gnu::always_inline]] inline BooleanLane intrinsic(const Fmax&, BooleanLane x, BooleanLane y) {
  return x.v | y.v;
}

}  // namespace
}  // namespace wg
