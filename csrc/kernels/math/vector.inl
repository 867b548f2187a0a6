/// Vectors of double or float: their bits, constants, selection, signs, polynomials. V is
/// `T __attribute__((vector_size(N)))`; a lane's result does not depend on N.
#include <type_traits>
#include <utility>

namespace wg {
namespace {
namespace math {

template <class V> using Scalar = std::remove_cvref_t<decltype(std::declval<V&>()[0])>;

/// The vector of signed integers of the lanes' width: what a comparison gives.
template <class V> using Bits = decltype(V{} == V{});

template <class V> inline constexpr int lanes = sizeof(V) / sizeof(Scalar<V>);

template <class V> inline constexpr bool is_double = std::is_same_v<Scalar<V>, double>;

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
inline constexpr bool has_fused = true;
#else
inline constexpr bool has_fused = false;
#endif

template <class T> struct Format;

template <> struct Format<double> {
  using Signed = long;
  using Unsigned = unsigned long;
  static constexpr int mantissa_bits = 52, bias = 1023;
  static constexpr Signed one = 0x3ff0000000000000, mantissa_mask = 0x000fffffffffffff;
  static constexpr Signed sign_mask = static_cast<Signed>(0x8000000000000000),
                          low_half = 0x00000000ffffffff;
  static constexpr double smallest_normal = 0x1p-1022, infinity = __builtin_inf(),
                          nan = __builtin_nan("");
  static constexpr double to_integer =
      0x1.8p52;  // x + to_integer holds rint(x) in its low bits, |x| < 2^51
  static constexpr double integer_above = 0x1p52;  // from here on, every double is an integer
};

template <> struct Format<float> {
  using Signed = int;
  using Unsigned = unsigned;
  static constexpr int mantissa_bits = 23, bias = 127;
  static constexpr Signed one = 0x3f800000, mantissa_mask = 0x007fffff;
  static constexpr Signed sign_mask = static_cast<Signed>(0x80000000), low_half = 0x00000fff;
  static constexpr float smallest_normal = 0x1p-126f, infinity = __builtin_inff(),
                         nan = __builtin_nanf("");
  static constexpr float to_integer = 0x1.8p23f, integer_above = 0x1p23f;
};

template <class V> using Of = Format<Scalar<V>>;

template <class V> using Unsigned [[gnu::vector_size(sizeof(V))]] = typename Of<V>::Unsigned;

}  // namespace math
}  // namespace
}  // namespace wg

#ifdef __SSE2__
#include "kernels/math/instructions_x86.inl"
#else
#include "kernels/math/instructions_generic.inl"
#endif

namespace wg {
namespace {
namespace math {

/// c in every lane; keeps the sign of a zero, which c + V{} would not.
template <class V> [[gnu::always_inline]] inline V splat(Scalar<V> c) { return c - V{}; }

template <class V> [[gnu::always_inline]] inline Bits<V> bits(V x) {
  return reinterpret_cast<Bits<V>>(x);
}

template <class V, class I> [[gnu::always_inline]] inline V from_bits(I x) {
  return reinterpret_cast<V>(x);
}

template <class V> [[gnu::always_inline]] inline Unsigned<V> unsigned_bits(V x) {
  return reinterpret_cast<Unsigned<V>>(x);
}

template <class V> [[gnu::always_inline]] inline V select(Bits<V> mask, V a, V b) {
  return mask ? a : b;
}

template <class V> [[gnu::always_inline]] inline V select(Bits<V> mask, Scalar<V> a, V b) {
  return mask ? splat<V>(a) : b;
}

template <class V> [[gnu::always_inline]] inline V select(Bits<V> mask, V a, Scalar<V> b) {
  return mask ? a : splat<V>(b);
}

template <class V> [[gnu::always_inline]] inline Bits<V> is_nan(V x) { return x != x; }

template <class V> [[gnu::always_inline]] inline V abs(V x) {
  return from_bits<V>(bits(x) & ~Of<V>::sign_mask);
}

/// The magnitude of x with the sign of y, NaN and zeros included.
template <class V> [[gnu::always_inline]] inline V copysign(V x, V y) {
  return from_bits<V>((bits(x) & ~Of<V>::sign_mask) | (bits(y) & Of<V>::sign_mask));
}

/// All bits set where the sign bit of x is.
template <class V> [[gnu::always_inline]] inline Bits<V> is_negative(V x) {
  return (bits(x) & Of<V>::sign_mask) != 0;
}

/// a b + c, rounded once where the level has the instruction, else twice.
template <class V> [[gnu::always_inline]] inline V multiply_add(V a, V b, V c) {
  if constexpr (has_fused) {
    return fused(a, b, c);
  } else {
    return a * b + c;
  }
}

template <class V> [[gnu::always_inline]] inline V multiply_add(V a, Scalar<V> b, V c) {
  return multiply_add(a, splat<V>(b), c);
}

/// c[0] + c[1] x + ... + c[n-1] x^(n-1).
template <class V, int n> [[gnu::always_inline]] inline V horner(V x, const Scalar<V> (&c)[n]) {
  V sum = splat<V>(c[n - 1]);
  for (int i = n - 2; i >= 0; --i) sum = multiply_add(sum, x, splat<V>(c[i]));
  return sum;
}

/// The same by even and odd powers apart, which halves the latency; for terms that fall off
/// quickly.
template <class V, int n> [[gnu::always_inline]] inline V polynomial(V x, const Scalar<V> (&c)[n]) {
  if constexpr (n < 5) {
    return horner(x, c);
  } else {
    const V square = x * x;
    V last = splat<V>(c[n - 1]), other = splat<V>(c[n - 2]);
    for (int i = n - 3; i >= 0; i -= 2) last = multiply_add(last, square, splat<V>(c[i]));
    for (int i = n - 4; i >= 0; i -= 2) other = multiply_add(other, square, splat<V>(c[i]));
    return n % 2 == 1 ? multiply_add(other, x, last) : multiply_add(last, x, other);
  }
}

/// What the fast path does not cover, lane by lane; a call, so out of the loop's way.
template <class V, class F>
[[gnu::cold, gnu::noinline]] V lane_by_lane(V x, V otherwise, Bits<V> where, F function) {
  for (int i = 0; i < lanes<V>; ++i)
    if (where[i]) otherwise[i] = function(static_cast<Scalar<V>>(x[i]));
  return otherwise;
}

template <class V, class F>
[[gnu::cold, gnu::noinline]] V lane_by_lane(V x, V y, V otherwise, Bits<V> where, F function) {
  for (int i = 0; i < lanes<V>; ++i)
    if (where[i])
      otherwise[i] = function(static_cast<Scalar<V>>(x[i]), static_cast<Scalar<V>>(y[i]));
  return otherwise;
}

/// A function of the C library on every lane: the levels without fma, where it is as fast.
template <class V, class F> [[gnu::always_inline]] inline V each_lane(F function, V x) {
  for (int i = 0; i < lanes<V>; ++i) x[i] = function(static_cast<Scalar<V>>(x[i]));
  return x;
}

template <class V, class F> [[gnu::always_inline]] inline V each_lane(F function, V x, V y) {
  for (int i = 0; i < lanes<V>; ++i)
    x[i] = function(static_cast<Scalar<V>>(x[i]), static_cast<Scalar<V>>(y[i]));
  return x;
}

}  // namespace math
}  // namespace
}  // namespace wg
