/// Sine, cosine, tangent. Reduction x = q pi/2 + r with pi/2 in parts that make q times a part
/// exact (Cody and Waite, 1980); beyond the parts' range each lane goes to the C library.
namespace wg {
namespace {
namespace math {

template <class T> struct TrigonometricConstants;

template <> struct TrigonometricConstants<double> {
  static constexpr double two_over_pi = 0x1.45f306dc9c883p-1, largest = 1e6;
  static constexpr double leading[] = {0x1.921fb54400000p+0}, second = 0x1.0b4611a600000p-34,
                          third = 0x1.3198a2e037073p-69;
};

template <> struct TrigonometricConstants<float> {
  static constexpr float two_over_pi = 0x1.45f306p-1f, largest = 8192.0f;
  static constexpr float leading[] = {0x1.920000p+0f, 0x1.fb4000p-12f}, second = 0x1.444000p-24f,
                         third = 0x1.68c234p-39f;
};

template <class V> using Trigonometric = TrigonometricConstants<Scalar<V>>;

/// x = q pi/2 + r + low, |r| <= pi/4; q in the low bits of `quadrant`.
template <class V> struct Angle {
  Bits<V> quadrant;
  V r, low;
};

template <class V> [[gnu::always_inline]] inline Angle<V> reduce_angle(V x) {
  using Half_pi = Trigonometric<V>;
  const V shifted = multiply_add(x, Half_pi::two_over_pi, splat<V>(Of<V>::to_integer));
  const V q = shifted - Of<V>::to_integer;
  V exact = x;
  for (const auto part : Half_pi::leading) exact = multiply_add(q, -part, exact);
  const V second = q * Half_pi::second;
  const V high = exact - second;
  const V rest = multiply_add(q, -Half_pi::third, (exact - high) - second);
  const V r = high + rest;
  return {bits(shifted), r, (high - r) + rest};
}

template <class V> [[gnu::always_inline]] inline V sin_reduced(Angle<V> a) {
  const V square = a.r * a.r;
  return a.r + multiply_add(a.r * square, polynomial(square, Coefficients<Scalar<V>>::sin), a.low);
}

/// 1 - r^2 / 2 with its rounding error, then the rest (fdlibm).
template <class V> [[gnu::always_inline]] inline V cos_reduced(Angle<V> a) {
  const V square = a.r * a.r;
  const V half = square * Scalar<V>{0.5};
  const V near = 1 - half;
  const V tail = multiply_add(square * square, polynomial(square, Coefficients<Scalar<V>>::cos),
                              -(a.r * a.low));
  return near + (((1 - near) - half) + tail);
}

/// sin of the angle plus `turn` quarter turns.
template <int turn, class V> [[gnu::always_inline]] inline V sin_of(Angle<V> a) {
  const Unsigned<V> quadrant = reinterpret_cast<Unsigned<V>>(a.quadrant) + turn;  // of NaN any
  const V value = select((quadrant & 1) == 0, sin_reduced(a), cos_reduced(a));
  const auto sign = (quadrant >> 1) << (sizeof(Scalar<V>) * 8 - 1);
  return from_bits<V>(reinterpret_cast<Unsigned<V>>(value) ^ sign);
}

/// Lanes that the parts of pi/2 do not reach: large ones, infinities, NaN.
template <class V> [[gnu::always_inline]] inline Bits<V> is_large_angle(V x) {
  return !(abs(x) <= Trigonometric<V>::largest);
}

/// sin x, radians. double, float; at most 1 ulp, any x.
template <class V> [[gnu::always_inline]] inline V sin(V x) {
  V result = select(x == 0, x, sin_of<0>(reduce_angle(x)));
  const Bits<V> large = is_large_angle(x);
  if (any(large)) [[unlikely]]
    result = lane_by_lane(x, result, large, [](auto a) { return libm::sin(a); });
  return result;
}

/// cos x, radians. double, float; at most 1 ulp, any x.
template <class V> [[gnu::always_inline]] inline V cos(V x) {
  V result = sin_of<1>(reduce_angle(x));
  const Bits<V> large = is_large_angle(x);
  if (any(large)) [[unlikely]]
    result = lane_by_lane(x, result, large, [](auto a) { return libm::cos(a); });
  return result;
}

/// tan x, radians. double, float; at most 2.5 ulp, any x; the quotient of sine and cosine.
template <class V> [[gnu::always_inline]] inline V tan(V x) {
  const Angle<V> a = reduce_angle(x);
  const Bits<V> even = (a.quadrant & 1) == 0;
  const V s = sin_reduced(a), c = cos_reduced(a);
  V result = select(even, s, -c) / select(even, c, s);
  result = select(x == 0, x, result);
  const Bits<V> large = is_large_angle(x);
  if (any(large)) [[unlikely]]
    result = lane_by_lane(x, result, large, [](auto b) { return libm::tan(b); });
  return result;
}

}  // namespace math
}  // namespace
}  // namespace wg
