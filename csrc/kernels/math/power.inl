/// Powers and roots.
namespace wg {
namespace {
namespace math {

template <class T> struct PowerConstants;

template <> struct PowerConstants<double> {
  static constexpr double third = 0x1.5555555555555p-2, cbrt_2 = 0x1.428a2f98d728bp+0,
                          cbrt_half = 0x1.965fea53d6e3dp-1;
  static constexpr long low_bits = 0x0000000007ffffff;
  static constexpr double two_thirds = 0x1.5555555555555p-1, two_thirds_low = 0x1.5555555555555p-55;
  static constexpr double big = 0x1p500, small = 0x1p-500, up = 0x1p600, down = 0x1p-600;
};

template <> struct PowerConstants<float> {
  static constexpr float third = 0x1.555556p-2f, cbrt_2 = 0x1.428a30p+0f,
                         cbrt_half = 0x1.965feap-1f;
  static constexpr int low_bits = 0x00000fff;
  static constexpr float two_thirds = 0x1.555556p-1f, two_thirds_low = -0x1.555556p-26f;
  static constexpr float big = 0x1p60f, small = 0x1p-60f, up = 0x1p90f, down = 0x1p-70f;
};

template <class V> using Power = PowerConstants<Scalar<V>>;

/// double, float; at most 0.8 ulp. A guess by polynomial, cut to half the bits so that its square
/// is exact, and one step of Halley.
template <class V> [[gnu::always_inline]] inline V cbrt(V x) {
  constexpr Scalar<V> rescale_exponent = is_double<V> ? 54 : 27,
                      rescale = is_double<V> ? 0x1p54 : 0x1p27f;
  const V size = abs(x);
  const Bits<V> denormal = size < Of<V>::smallest_normal;
  const auto raw = unsigned_bits(select(denormal, size * rescale, size));
  const V biased = from_bits<V>((raw >> Of<V>::mantissa_bits) | Log<V>::exponent_of_integer) -
                   Of<V>::integer_above;
  const V exponent = (biased - Of<V>::bias) - select(denormal, rescale_exponent, V{});
  const V m = from_bits<V>((raw & Of<V>::mantissa_mask) | Of<V>::one);
  // exponent = 3 q + left, left in {-1, 0, 1}
  const V shifted = multiply_add(exponent, Power<V>::third, splat<V>(Of<V>::to_integer));
  const V left = multiply_add(shifted - Of<V>::to_integer, Scalar<V>{-3}, exponent);
  const Bits<V> above = left > 0, below = left < 0;
  const V reduced = m * select(above, Scalar<V>{2}, select(below, Scalar<V>{0.5}, splat<V>(1)));
  const V root_of_rest =
      select(above, Power<V>::cbrt_2, select(below, Power<V>::cbrt_half, splat<V>(1)));
  const V guess = polynomial(m, Coefficients<Scalar<V>>::cbrt) * root_of_rest;
  const V t = from_bits<V>(bits(guess) & ~Power<V>::low_bits);
  const V cube = t * t * t;
  const V root = t + t * ((reduced - cube) / (cube + cube + reduced));
  const V result = copysign(root * power_of_two(shifted, 0), x);
  return select((size > 0) & (size < Of<V>::infinity), result, x);
}

/// The length of (x, y) without overflow or underflow on the way; infinite if either is, even
/// beside NaN (C99). double, float; at most 1.2 ulp.
template <class V> [[gnu::always_inline]] inline V hypot(V x, V y) {
  x = abs(x);
  y = abs(y);
  const V most = larger(x, y);
  const Bits<V> big = most > Power<V>::big, small = most < Power<V>::small;
  const V factor = select(big, Power<V>::down, select(small, splat<V>(Power<V>::up), Scalar<V>{1}));
  const V back =
      select(big, 1 / Power<V>::down, select(small, splat<V>(1 / Power<V>::up), Scalar<V>{1}));
  const V scaled_x = x * factor, scaled_y = y * factor;
  const V length = sqrt(multiply_add(scaled_x, scaled_x, scaled_y * scaled_y)) * back;
  return select((x == Of<V>::infinity) | (y == Of<V>::infinity), Of<V>::infinity, length);
}

/// A number as the sum of two, the second below half an ulp of the first (Dekker, 1971).
template <class V> struct Pair {
  V high, low;
};

/// a + b for |a| >= |b| or a = 0.
template <class V> [[gnu::always_inline]] inline Pair<V> ordered_sum(V a, V b) {
  const V sum = a + b;
  return {sum, b - (sum - a)};
}

/// The low part is not brought below half an ulp again.
template <class V> [[gnu::always_inline]] inline Pair<V> product(Pair<V> a, Pair<V> b) {
  const V high = a.high * b.high;
  const V low = multiply_add(a.high, b.high, -high);
  return {high, multiply_add(a.high, b.low, multiply_add(a.low, b.high, low))};
}

/// log(x), x positive and normal, to 12 bits (10 in float) more than V has: 2 s + s^3 (2/3 + s^2
/// P(s^2)).
template <class V> [[gnu::always_inline]] inline Pair<V> log_pair(V x) {
  const auto [k, m] = split(x);
  const V f = m - 1, denominator = m + 1, denominator_low = m - (denominator - 1);
  const V inverse = 1 / denominator;
  const V s = f * inverse;
  const V left = multiply_add(-s, denominator_low, multiply_add(-s, denominator, f));
  const Pair<V> quotient{s, left * inverse};
  const Pair<V> square = product(quotient, quotient);
  const V tail = square.high * polynomial(square.high, Coefficients<Scalar<V>>::log_tail);
  Pair<V> factor = ordered_sum(splat<V>(Power<V>::two_thirds), tail);
  factor.low += Power<V>::two_thirds_low;
  const Pair<V> cubic = product(quotient, product(square, factor));
  const Pair<V> mantissa = ordered_sum(s + s, cubic.high);
  const V mantissa_low = mantissa.low + multiply_add(quotient.low, Scalar<V>{2}, cubic.low);
  const Pair<V> sum = ordered_sum(k * Log<V>::ln2_short, mantissa.high);
  return {sum.high, sum.low + multiply_add(k, Log<V>::ln2_rest, mantissa_low)};
}

/// x^y with every special case of C99. double, float; at most 0.8 ulp; e^(y log |x|) with the
/// logarithm as a pair. Exact where the result is representable. Where x or the result is not a
/// normal number, and without fma, the C library's.
template <class V> [[gnu::always_inline]] inline V power(V x, V y) {
  constexpr auto function = [](auto a, auto b) { return libm::pow(a, b); };
  if constexpr (!has_fused) {
    return each_lane(function, x, y);
  } else {
    const V size = abs(x);
    const auto [log_high, log_low] = log_pair(size);
    const V high = y * log_high;
    const V low = multiply_add(y, log_low, multiply_add(y, log_high, -high));
    V result = exp_times(high, low, splat<V>(1));
    const V near = rint(y), half = y * Scalar<V>{0.5};
    const Bits<V> odd = (near == y) & (rint(half) != half);
    result = from_bits<V>(bits(result) ^ (bits(x) & odd & Of<V>::sign_mask));
    result = select((x < 0) & (near != y), Of<V>::nan, result);
    const Bits<V> ordinary = (size >= Of<V>::smallest_normal) & (size < Of<V>::infinity) &
                             (abs(high) < Exp<V>::always_normal);
    if (any(~ordinary)) [[unlikely]]
      result = lane_by_lane(x, y, result, ~ordinary, function);
    return result;
  }
}

}  // namespace math
}  // namespace
}  // namespace wg
