/// Exponentials. Reduction x = k ln(2) + r by rounding x / ln(2) (Cody and Waite, 1980), a
/// polynomial in r, and 2^k applied so that a denormal result is rounded once.
namespace wg {
namespace {
namespace math {

template <class T> struct ExpConstants;

template <> struct ExpConstants<double> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2 = 0x1.62e42fefa39efp-1;
  static constexpr double ln2_short = 0x1.62e42fefa0000p-1,
                          ln2_rest = 0x1.cf79abc9e3b3ap-40;  // k ln2_short is exact
  static constexpr double highest = 710.0, lowest = -746.0, highest2 = 1024.0, lowest2 = -1076.0;
  static constexpr double saturates_expm1 = -40.0, saturates_tanh = 44.0, highest_sinh = 710.6;
  static constexpr double always_normal = 708.0;
};

template <> struct ExpConstants<float> {
  static constexpr float log2_e = 0x1.715476p+0f;
  static constexpr float ln2 = 0x1.62e430p-1f;
  static constexpr float ln2_short = 0x1.62e400p-1f, ln2_rest = 0x1.7f7d1cp-20f;
  static constexpr float highest = 89.0f, lowest = -104.5f, highest2 = 128.0f, lowest2 = -151.0f;
  static constexpr float saturates_expm1 = -18.0f, saturates_tanh = 20.0f, highest_sinh = 89.5f;
  static constexpr float always_normal = 87.0f;
};

template <class V> using Exp = ExpConstants<Scalar<V>>;

/// x = k ln(2) + r + low, |r| <= ln(2) / 2; `shifted` holds k in its low bits.
template <class V> struct ExpReduction {
  V shifted, r, low;
};

template <class V> [[gnu::always_inline]] inline ExpReduction<V> reduce_exp(V x) {
  const V shifted = multiply_add(x, Exp<V>::log2_e, splat<V>(Of<V>::to_integer));
  const V k = shifted - Of<V>::to_integer;
  const V high = multiply_add(k, -Exp<V>::ln2_short, x);
  const V r = multiply_add(k, -Exp<V>::ln2_rest, high);
  return {shifted, r, multiply_add(k, -Exp<V>::ln2_rest, high - r)};
}

/// x 2^k; k from the low bits of `shifted`, |k| < 1100 (150).
template <class V> [[gnu::always_inline]] inline V scale(V x, V shifted) {
#ifdef __AVX512DQ__
  return scaled(x, shifted - Of<V>::to_integer);
#else
  constexpr int bits_of_k = is_double<V> ? 0xfff : 0x1ff;
  const auto biased = (unsigned_bits(shifted) + 2 * Of<V>::bias) & bits_of_k;
  const auto half = biased >> 1;
  return x * from_bits<V>(half << Of<V>::mantissa_bits) *
         from_bits<V>((biased - half) << Of<V>::mantissa_bits);
#endif
}

/// 2^(k - offset), which must be normal.
template <class V> [[gnu::always_inline]] inline V power_of_two(V shifted, int offset) {
  return from_bits<V>((unsigned_bits(shifted) + (Of<V>::bias - offset)) << Of<V>::mantissa_bits);
}

/// e^r - 1 for a reduced r.
template <class V> [[gnu::always_inline]] inline V expm1_reduced(V r) {
  return multiply_add(r * r, polynomial(r, Coefficients<Scalar<V>>::exp), r);
}

/// e^(x + low) factor, its error below 0.6 ulp before the factor, rounded to a denormal once; x
/// within exp's clamp, |low| < 1. e^r = (1 + r) + (r^2 q + low (1 + r)), and what is lost in 1 + r
/// is kept.
template <class V> [[gnu::always_inline]] inline V exp_times(V x, V low, V factor) {
  const V shifted = multiply_add(x + low, Exp<V>::log2_e, splat<V>(Of<V>::to_integer));
  const V k = shifted - Of<V>::to_integer;
  const V exact = multiply_add(k, -Exp<V>::ln2_short, x);
  const V rest = multiply_add(k, -Exp<V>::ln2_rest, low);
  const V r = exact + rest;
  const V lost = rest - (r - exact);
  const V near = r + 1;
  const V tail = multiply_add(r * r, polynomial(r, Coefficients<Scalar<V>>::exp),
                              multiply_add(lost, near, r - (near - 1)));
  return scale((near + tail) * factor, shifted);
}

/// x kept within [low, high]; NaN is returned.
template <class V> [[gnu::always_inline]] inline V clamp(V x, Scalar<V> low, Scalar<V> high) {
  return larger(splat<V>(low), smaller(splat<V>(high), x));
}

/// e^x. double, float; at most 1.1 ulp, denormals included; infinite above 709.78 (88.72).
template <class V> [[gnu::always_inline]] inline V exp(V x) {
  const auto [shifted, r, low] = reduce_exp(clamp(x, Exp<V>::lowest, Exp<V>::highest));
  return scale(expm1_reduced(r) + 1, shifted);
}

/// 2^x. double, float; at most 1.2 ulp, exact for integers; x = k + r, polynomial in r.
template <class V> [[gnu::always_inline]] inline V exp2(V x) {
  x = clamp(x, Exp<V>::lowest2, Exp<V>::highest2);
  const V shifted = x + Of<V>::to_integer;
  const V r = x - (shifted - Of<V>::to_integer);
  const V p = multiply_add(r * r, polynomial(r, Coefficients<Scalar<V>>::exp2), r * Exp<V>::ln2);
  return scale(p + 1, shifted);
}

/// (e^x - 1) / 2^offset for x in [-700, 710.6]: 2^k (e^r - 1) + (2^k - 1), all over 2^offset.
template <int offset, class V> [[gnu::always_inline]] inline V expm1_over(V x) {
  const auto [shifted, r, low] = reduce_exp(x);
  const V p = expm1_reduced(r) + low;
  const V two_to_k = power_of_two(shifted, offset);
  return multiply_add(p, two_to_k, two_to_k - Scalar<V>{1} / (1 << offset));
}

/// e^x - 1. double, float; at most 2 ulp. Halved on the way, so that 2^k is finite up to the
/// largest x.
template <class V> [[gnu::always_inline]] inline V expm1(V x) {
  const V half = expm1_over<1>(clamp(x, Exp<V>::saturates_expm1, Exp<V>::highest));
  return select(abs(x) < 0x1p-60f, x, half + half);
}

/// 1 / (1 + e^-x). double, float; at most 2.5 ulp, denormals included.
template <class V> [[gnu::always_inline]] inline V expit(V x) {
  const V e = exp(-abs(x));
  return select(x < 0, e, Scalar<V>{1}) / (e + 1);
}

}  // namespace math
}  // namespace
}  // namespace wg
