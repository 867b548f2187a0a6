/// Logarithms. x = 2^k m, sqrt(1/2) <= m < sqrt(2), f = m - 1, s = f / (2 + f) and
/// log(m) = 2 atanh(s) = f - f^2/2 + s (f^2/2 + s^2 R(s^2)) (fdlibm), with R a polynomial.
namespace wg {
namespace {
namespace math {

template <class T> struct LogConstants;

template <> struct LogConstants<double> {
  static constexpr long sqrt_half = 0x3fe6a09e667f3bcd, exponent_of_integer = 0x4330000000000000;
  static constexpr double rescale = 0x1p54, rescale_exponent = 54.0;
  static constexpr double ln2_short = 0x1.62e42fefa3800p-1,
                          ln2_rest = 0x1.ef35793c76730p-45;  // k ln2_short is exact
  static constexpr double log2_e = 0x1.7154700000000p+0, log2_e_rest = 0x1.94ae0bf85ddf4p-22;
  static constexpr double log10_e = 0x1.bcb7b00000000p-2, log10_e_rest = 0x1.526e50e32a6abp-26;
  static constexpr double log10_2 = 0x1.34413509f8000p-2, log10_2_rest = -0x1.80433b83b532ap-44;
};

template <> struct LogConstants<float> {
  static constexpr int sqrt_half = 0x3f3504f3, exponent_of_integer = 0x4b000000;
  static constexpr float rescale = 0x1p25f, rescale_exponent = 25.0f;
  static constexpr float ln2_short = 0x1.62e400p-1f, ln2_rest = 0x1.7f7d1cp-20f;
  static constexpr float log2_e = 0x1.716000p+0f, log2_e_rest = -0x1.7135a8p-13f;
  static constexpr float log10_e = 0x1.bcc000p-2f, log10_e_rest = -0x1.09d5b2p-15f;
  static constexpr float log10_2 = 0x1.344000p-2f, log10_2_rest = 0x1.3509f8p-18f;
};

template <class V> using Log = LogConstants<Scalar<V>>;

/// x = 2^k m.
template <class V> struct Binade {
  V k, m;
};

/// For positive, normal x.
template <class V> [[gnu::always_inline]] inline Binade<V> split(V x) {
  const auto shifted = unsigned_bits(x) + (Of<V>::one - Log<V>::sqrt_half);
  const V k = from_bits<V>((shifted >> Of<V>::mantissa_bits) | Log<V>::exponent_of_integer) -
              (Of<V>::integer_above + Of<V>::bias);
  return {k, from_bits<V>((shifted & Of<V>::mantissa_mask) + Log<V>::sqrt_half)};
}

/// log(1 + f) = f - half_square + s_times.
template <class V> struct LogParts {
  V s, half_square, s_times;
};

template <class V> [[gnu::always_inline]] inline LogParts<V> log_parts(V f) {
  const V s = f / (f + 2);
  const V u = s * s;
  const V half_square = f * f * Scalar<V>{0.5};
  return {s, half_square,
          s * multiply_add(u, polynomial(u, Coefficients<Scalar<V>>::log), half_square)};
}

/// Lanes of a logarithm that are not positive, normal numbers. A denormal x is scaled first.
template <class V, class F> [[gnu::cold, gnu::noinline]] V log_elsewhere(V x, V result, F normal) {
  result = select(x < Of<V>::smallest_normal, normal(x * Log<V>::rescale, Log<V>::rescale_exponent),
                  result);
  result = select(x == 0, -Of<V>::infinity, result);
  result = select(x >= 0, result, Of<V>::nan);
  return select(x == Of<V>::infinity, x, result);
}

/// The logarithm that `normal(x, e)` computes of x / 2^e for positive, normal x; zero, infinities,
/// NaN, negative and denormal numbers are rare and out of the way.
template <class V, class F> [[gnu::always_inline]] inline V log_everywhere(V x, F normal) {
  V result = normal(x, 0);
  const Bits<V> ordinary = (x >= Of<V>::smallest_normal) & (x < Of<V>::infinity);
  if (any(~ordinary)) [[unlikely]]
    result = log_elsewhere(x, result, normal);
  return result;
}

/// Natural logarithm. double, float; at most 1 ulp, denormals included.
template <class V> [[gnu::always_inline]] inline V log(V x) {
  return log_everywhere(x, [](V a, Scalar<V> exponent) __attribute__((always_inline)) {
    const auto [k_of_a, m] = split(a);
    const V k = k_of_a - exponent, f = m - 1;
    const auto [s, half_square, s_times] = log_parts(f);
    const V low = multiply_add(k, Log<V>::ln2_rest, s_times);
    return multiply_add(k, Log<V>::ln2_short, f - (half_square - low));
  });
}

/// log(1 + x). double, float; at most 1 ulp. The rounding error of 1 + x is put back, divided by m.
template <class V> [[gnu::always_inline]] inline V log1p(V x) {
  const V u = x + 1;
  const auto [k, m] = split(u);
  const V f = m - 1;
  const auto [s, half_square, s_times] = log_parts(f);
  // 1 / m = (1 - s) / (1 + s) to three terms is near enough for what is lost; 2^(1 - k) / 2, as
  // 2^-k may be denormal
  const V lost = select(u > 2, 1 - (u - x), x - (u - 1)) * power_of_two(Of<V>::to_integer - k, -1);
  const V half_inverse = multiply_add(s, Scalar<V>{-0.5}, splat<V>(0.5f)) * (1 - s * (1 - s));
  const V low = multiply_add(k, Log<V>::ln2_rest, multiply_add(lost, half_inverse, s_times));
  V result = copysign(multiply_add(k, Log<V>::ln2_short, f - (half_square - low)), x);
  const Bits<V> ordinary = (u > 0) & (u < Of<V>::infinity);
  if (any(~ordinary)) [[unlikely]]
    result = log_elsewhere(u, result, [](V a, Scalar<V>) { return a; });
  return result;
}

/// log(x) in another base: the mantissa's part as a product of two-part numbers (FreeBSD,
/// e_log2.c).
template <class V>
[[gnu::always_inline]] inline V log_to_base(V x, Scalar<V> of_e, Scalar<V> of_e_rest,
                                            Scalar<V> of_2, Scalar<V> of_2_rest) {
  return log_everywhere(x, [=](V a, Scalar<V> exponent) __attribute__((always_inline)) {
    const auto [k_of_a, m] = split(a);
    const V k = k_of_a - exponent, f = m - 1;
    const auto [s, half_square, s_times] = log_parts(f);
    const V high = from_bits<V>(bits(f - half_square) & ~Of<V>::low_half);
    const V low = (f - high) - half_square + s_times;
    const V leading = high * of_e;
    const V sum = multiply_add(k, of_2, leading);
    const V rest = multiply_add(low + high, of_e_rest, multiply_add(low, of_e, k * of_2_rest));
    return sum + (rest + ((k * of_2 - sum) + leading));
  });
}

/// Base-2 logarithm. double, float; at most 1 ulp, exact for powers of two.
template <class V> [[gnu::always_inline]] inline V log2(V x) {
  return log_to_base(x, Log<V>::log2_e, Log<V>::log2_e_rest, 1, 0);
}

/// Base-10 logarithm. double, float; at most 1 ulp.
template <class V> [[gnu::always_inline]] inline V log10(V x) {
  return log_to_base(x, Log<V>::log10_e, Log<V>::log10_e_rest, Log<V>::log10_2,
                     Log<V>::log10_2_rest);
}

/// log(e^x + e^y). double, float; the error is at most 2.5 ulp of the largest of |x|, |y|,
/// |result|.
template <class V> [[gnu::always_inline]] inline V logaddexp(V x, V y) {
  const V difference = x - y;
  const V result = select(difference > 0, x, y) + log1p(exp(-abs(difference)));
  return select(x == y, x + Exp<V>::ln2, result);
}

/// log2(2^x + 2^y). double, float; the error is at most 2.5 ulp of the largest of |x|, |y|,
/// |result|.
template <class V> [[gnu::always_inline]] inline V logaddexp2(V x, V y) {
  const V difference = x - y;
  const V result = select(difference > 0, x, y) + log1p(exp2(-abs(difference))) * Exp<V>::log2_e;
  return select(x == y, x + 1, result);
}

}  // namespace math
}  // namespace
}  // namespace wg
