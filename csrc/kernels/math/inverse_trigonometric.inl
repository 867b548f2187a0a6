/// Inverse trigonometric functions.
namespace wg {
namespace {
namespace math {

template <class T> struct InverseConstants;

template <> struct InverseConstants<double> {
  static constexpr double pi = 0x1.921fb54442d18p+1, pi_low = 0x1.1a62633145c07p-53;
  static constexpr double tan_eighth = 0x1.a827999fcef32p-2,
                          tan_three_eighths = 0x1.3504f333f9de6p+1;
};

template <> struct InverseConstants<float> {
  static constexpr float pi = 0x1.921fb6p+1f, pi_low = -0x1.777a5cp-24f;
  static constexpr float tan_eighth = 0x1.a8279ap-2f, tan_three_eighths = 0x1.3504f4p+1f;
};

template <class V> using Inverse = InverseConstants<Scalar<V>>;

/// arcsin(r) - r for 0 <= r <= 1/2, square = r^2.
template <class V> [[gnu::always_inline]] inline V arcsin_tail(V r, V square) {
  return r * square * polynomial(square, Coefficients<Scalar<V>>::arcsin);
}

/// Radians. double, float; at most 2 ulp; above 1/2 by arcsin x = pi/2 - 2 arcsin sqrt((1 - x) /
/// 2).
template <class V> [[gnu::always_inline]] inline V arcsin(V x) {
  constexpr Scalar<V> half_pi = Inverse<V>::pi / 2, half_pi_low = Inverse<V>::pi_low / 2;
  const V size = abs(x);
  const Bits<V> large = size > 0.5f;
  const V square = select(large, (1 - size) * Scalar<V>{0.5}, size * size);
  const V r = select(large, sqrt(square), size);
  const V tail = arcsin_tail(r, square);
  const V folded = half_pi - ((r + r) - (half_pi_low - (tail + tail)));
  return copysign(select(large, folded, r + tail), x);
}

/// Radians. double, float; at most 1.5 ulp; above 1/2 by arccos x = 2 arcsin sqrt((1 - x) / 2).
template <class V> [[gnu::always_inline]] inline V arccos(V x) {
  constexpr Scalar<V> pi = Inverse<V>::pi, pi_low = Inverse<V>::pi_low;
  const V size = abs(x);
  const Bits<V> large = size > 0.5f;
  const V square = select(large, (1 - size) * Scalar<V>{0.5}, size * size);
  const V r = select(large, sqrt(square), size);
  const V tail = arcsin_tail(r, square);
  const V folded = (r + tail) + (r + tail);
  const V large_result = select(x < 0, pi - ((r + r) - (pi_low - (tail + tail))), folded);
  const V angle = copysign(r, x);
  return select(large, large_result, pi / 2 - (angle - (pi_low / 2 - copysign(tail, x))));
}

/// arctan(y / x) for x, y >= 0, not both 0 or infinite: turned by pi/4 or pi/2 until the quotient
/// is below tan(pi/8) (Cody and Waite, 1980). The one division is that of the turned quotient.
template <class V> [[gnu::always_inline]] inline V arctan_quotient(V y, V x) {
  constexpr Scalar<V> pi = Inverse<V>::pi, pi_low = Inverse<V>::pi_low;
  const Bits<V> turned = y > x * Inverse<V>::tan_eighth,
                inverted = y > x * Inverse<V>::tan_three_eighths;
  const V above = select(inverted, -x, select(turned, y - x, y));
  const V below = select(inverted, y, select(turned, y + x, x));
  const V offset = select(inverted, pi / 2, select(turned, pi / 4, V{}));
  const V offset_low = select(inverted, pi_low / 2, select(turned, pi_low / 4, V{}));
  const V t = above / below;
  const V square = t * t;
  const V tail =
      multiply_add(t * square, polynomial(square, Coefficients<Scalar<V>>::arctan), offset_low);
  return offset + (t + tail);
}

/// Radians. double, float; at most 2 ulp.
template <class V> [[gnu::always_inline]] inline V arctan(V x) {
  return copysign(arctan_quotient(abs(x), splat<V>(1)), x);
}

/// The angle of the point (x, y), radians; the signs of zeros count, as in C99. double, float; at
/// most 2 ulp.
template <class V> [[gnu::always_inline]] inline V arctan2(V y, V x) {
  constexpr Scalar<V> up = is_double<V> ? 0x1p100 : 0x1p30f, down = 1 / up;
  constexpr Scalar<V> largest = is_double<V> ? 0x1p1000 : 0x1p100f;
  V above = abs(y), right = abs(x);
  // far from overflow in the sum of both, and from denormal numbers
  const V most = larger(above, right);
  const V factor = select(most > largest, down,
                          select(most < Of<V>::smallest_normal * up, splat<V>(up), Scalar<V>{1}));
  above *= factor;
  right *= factor;
  const Bits<V> same = (most == 0) | ((above == right) & (above == Of<V>::infinity));
  right = select(same, Scalar<V>{1}, right);
  above = select(same & (most != 0), Scalar<V>{1}, above);
  const V angle = arctan_quotient(above, right);
  const V reflected = Inverse<V>::pi - (angle - Inverse<V>::pi_low);
  const V result = copysign(select(is_negative(x), reflected, angle), y);
  return select(is_nan(x) | is_nan(y), Of<V>::nan, result);
}

}  // namespace math
}  // namespace
}  // namespace wg
