/// The parts of floating-point numbers and their neighbours: exact, by their bits; double and
/// float.
namespace wg {
namespace {
namespace math {

/// x = m 2^e with 1/2 <= |m| < 1, of numbers that are finite and not zero.
template <class V> struct Parts {
  V significand;
  Bits<V> exponent;
};

template <class V> [[gnu::always_inline]] inline Parts<V> parts(V x) {
  constexpr int lifting = 64;  // a power of two that makes denormal numbers normal
  const Bits<V> is_denormal = abs(x) < Of<V>::smallest_normal;
  const V normal = select(is_denormal, x * splat<V>(0x1p64), x);
  const Bits<V> biased = bits(abs(normal)) >> Of<V>::mantissa_bits;
  const Bits<V> kept = bits(normal) & (Of<V>::sign_mask | Of<V>::mantissa_mask);
  const Bits<V> half = bits(splat<V>(0.5));
  return {from_bits<V>(kept | half), biased - (Of<V>::bias - 1) - (is_denormal & lifting)};
}

/// What has no parts: zeros, infinities and NaN.
template <class V> [[gnu::always_inline]] inline Bits<V> is_special(V x) {
  return (x == 0) | ~(abs(x) < Of<V>::infinity);
}

template <class V> [[gnu::always_inline]] inline V significand(V x) {
  return select(is_special(x), x, parts(x).significand);
}

template <class V> [[gnu::always_inline]] inline V exponent(V x) {
  const V shift = splat<V>(Of<V>::to_integer);
  return select(is_special(x), V{}, from_bits<V>(bits(shift) + parts(x).exponent) - shift);
}

template <class V> [[gnu::always_inline]] inline Bits<V> limited(Bits<V> k, int low, int high) {
  const Bits<V> above = k < low ? low - Bits<V>{} : k;
  return above > high ? high - Bits<V>{} : above;
}

/// 2^k, which must be normal.
template <class V> [[gnu::always_inline]] inline V power_of_two(Bits<V> k) {
  return from_bits<V>((k + Of<V>::bias) << Of<V>::mantissa_bits);
}

/// x 2^n for an integer n. In two steps, the first of which is exact, so that a denormal result is
/// rounded once.
template <class V> [[gnu::always_inline]] inline V scaleb(V x, V n) {
  constexpr int bias = Of<V>::bias, safe = bias - Of<V>::mantissa_bits / 2;
  const V shift = splat<V>(Of<V>::to_integer), most = splat<V>(4 * bias);
  const V within = select(abs(n) < most, n, copysign(most, n));
  const Parts<V> own = parts(x);
  const Bits<V> total = own.exponent + (bits(within + shift) - bits(shift));
  const Bits<V> first = limited<V>(total, -safe, safe);
  const Bits<V> rest = limited<V>(total - first, 1 - bias, bias);
  const V scaled = own.significand * power_of_two<V>(first) * power_of_two<V>(rest);
  return select(is_special(x), x, scaled);
}

template <class V> [[gnu::always_inline]] inline V nextafter(V x, V y) {
  const Bits<V> is_away = ~((x < y) ^ (x > 0));         // from zero: all bits, which is -1
  const V from = select((x == 0) | is_nan(x), V{}, x);  // the bits of -0 and NaN may overflow
  const V moved = from_bits<V>(bits(from) - 1 - 2 * is_away);
  const V smallest = from_bits<V>((bits(y) & Of<V>::sign_mask) | 1);
  const V next = select(x == y, y, select(x == 0, smallest, moved));
  return select(is_nan(x) | is_nan(y), x + y, next);
}

/// NaN of infinities; of both zeros, the smallest number.
template <class V> [[gnu::always_inline]] inline V spacing(V x) {
  const V size = abs(x);
  const V from = select(size < Of<V>::infinity, size, V{});
  const V distance = from_bits<V>(bits(from) + 1) - from;
  return select(size < Of<V>::infinity, copysign(distance, x + V{}), Of<V>::nan);
}

}  // namespace math
}  // namespace
}  // namespace wg
