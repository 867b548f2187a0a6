/// What belongs to the error function: it scaled, its inverses, and the normal distribution.
namespace wg {
namespace {
namespace math {

/// e^(x^2) factor, x^2 split where its rounding error would be that of the result; x of up to 27
/// (10).
template <class V> [[gnu::always_inline]] inline V exp_square_times(V x, V factor) {
  const V head = from_bits<V>(bits(x) & ~Of<V>::low_half);
  return exp_times(head * head, (x - head) * (x + head), factor);
}

/// |x|, but at most what e^(x^2) is infinite at.
template <class V> [[gnu::always_inline]] inline V size_in_square(V x) {
  return smaller(splat<V>(is_double<V> ? 26.7 : 9.45f), abs(x));
}

/// e^(x^2) erfc(x) for x >= 1, at most 2 ulp: erfc's polynomial, then the asymptotic series.
template <class V> [[gnu::always_inline]] inline V erfcx_far(V x) {
  constexpr Scalar<V> limit = is_double<V> ? 28 : 10.5f;
  constexpr Scalar<V> one_over_sqrt_pi = Scalar<V>(0.56418958354775628695);
  const V inverse = 1 / (x + 2), w = 1 / x;
  const V near =
      inverse * horner((smaller(splat<V>(limit), x) - 2) * inverse, Coefficients<Scalar<V>>::erfc);
  const V series = w * horner(w * w, SpecialCoefficients<Scalar<V>>::erfcx_far) * one_over_sqrt_pi;
  return select(x > limit, series, near);
}

/// e^(x^2) erfc(x). double, float; at most 4 ulp; infinite below -26.6 (-9.38).
template <class V> [[gnu::always_inline]] inline V erfcx(V x) {
  const V size = size_in_square(x);
  const Bits<V> near = abs(x) < 1;
  const V far = erfcx_far(abs(x));
  const V factor = select(near, (1 - x) - erf_tail(x), Scalar<V>{2});
  const V scaled = select(is_nan(x), x, exp_square_times(size, factor));
  return select(near, scaled, select(x < 0, scaled - far, far));
}

/// 2 x erfcx(x) - 2 / sqrt(pi), the derivative of erfcx. double, float; at most 8 ulp. From 1 on,
/// where the terms cancel, a polynomial in (x - 2) / (x + 2) over (x + 2)^2.
template <class V> [[gnu::always_inline]] inline V erfcx_slope(V x) {
  constexpr Scalar<V> two_over_sqrt_pi = Scalar<V>(1.1283791670955125739);
  const V inverse = 1 / (x + 2);
  const V t = select(x == Of<V>::infinity, Scalar<V>{1}, (x - 2) * inverse);
  const V far = -(inverse * horner(t, SpecialCoefficients<Scalar<V>>::erfcx_slope)) * inverse;
  return select(x >= 1, far, multiply_add(x + x, erfcx(x), splat<V>(-two_over_sqrt_pi)));
}

/// erfinv(x) for |x| <= 1/2.
template <class V> [[gnu::always_inline]] inline V erfinv_near(V x) {
  return x * polynomial(x * x, SpecialCoefficients<Scalar<V>>::erfinv);
}

/// What `r` times the polynomial for r > 4 is, where erfc is below 1.1e-7.
template <class V> [[gnu::cold, gnu::noinline]] V erfcinv_farther(V r, V result) {
  const V far = r * in_mapped(r, Scalar<V>{10.5}, SpecialCoefficients<Scalar<V>>::erfcinv_far);
  return select(r > 4, select(r == Of<V>::infinity, r, far), result);
}

/// Inverse of erfc for 0 <= y <= 1/2: sqrt(-log(y)) times a polynomial in it, mapped.
template <class V> [[gnu::always_inline]] inline V erfcinv_far(V y) {
  const V r = sqrt(-log(y));
  V result = r * in_mapped(r, Scalar<V>{1.8125}, SpecialCoefficients<Scalar<V>>::erfcinv_near);
  if (any(r > 4)) [[unlikely]]
    result = erfcinv_farther(r, result);
  return result;
}

/// The inverse of erf. double, float; at most 3 ulp; infinite at -1 and 1, NaN beyond.
template <class V> [[gnu::always_inline]] inline V erfinv(V x) {
  const V size = abs(x);
  return copysign(select(size <= 0.5f, erfinv_near(size), erfcinv_far(1 - size)), x);
}

/// The inverse of erfc. double, float; at most 3 ulp; infinite at 0 and 2, NaN beyond.
template <class V> [[gnu::always_inline]] inline V erfcinv(V y) {
  const Bits<V> above = y > 1;
  const V tail = erfcinv_far(select(above, 2 - y, y));
  return select(abs(y - 1) <= 0.5f, erfinv_near(1 - y), select(above, -tail, tail));
}

/// The quantile of the standard normal distribution. double, float; at most 4 ulp; infinite at 0
/// and 1, NaN beyond.
template <class V> [[gnu::always_inline]] inline V ndtri(V p) {
  constexpr Scalar<V> sqrt_2 = Scalar<V>(1.41421356237309504880);
  const Bits<V> above = p > 0.5f;
  const V rest = select(above, 1 - p, p);
  const V tail = erfcinv_far(rest + rest);
  const V result =
      select(rest >= 0.25f, erfinv_near((p - Scalar<V>{0.5}) * 2), select(above, tail, -tail));
  return sqrt_2 * result;
}

/// The standard normal distribution function of -|x| for |x| >= 1. The square of x is split where
/// its rounding error would be that of the result.
template <class V> [[gnu::always_inline]] inline V ndtr_far(V x) {
  constexpr Scalar<V> sqrt_half = Scalar<V>(0.70710678118654752440);
  const V size = smaller(splat<V>(is_double<V> ? 39 : 14.5f), abs(x));
  const V head = from_bits<V>(bits(size) & ~Of<V>::low_half);
  const V below = Scalar<V>{0.5} * (head - size) * (head + size);
  const V scaled = erfcx_far(larger(splat<V>(1), sqrt_half * size));
  return exp_times(Scalar<V>{-0.5} * head * head, below, Scalar<V>{0.5} * scaled);
}

/// The same for |x| < sqrt(2), without the half that it has at 0.
template <class V> [[gnu::always_inline]] inline V ndtr_near(V x) {
  constexpr Scalar<V> sqrt_half = Scalar<V>(0.70710678118654752440);
  const V z = sqrt_half * x;
  return Scalar<V>{0.5} * (z + erf_tail(z));
}

template <class V> [[gnu::always_inline]] inline Bits<V> is_ndtr_near(V x) {
  return abs(x) < Scalar<V>(1.41421356237309504880);
}

/// The standard normal distribution function. double, float; at most 4 ulp, denormals included.
template <class V> [[gnu::always_inline]] inline V ndtr(V x) {
  const V far = ndtr_far(x);
  const V result =
      select(is_ndtr_near(x), Scalar<V>{0.5} + ndtr_near(x), select(x < 0, far, 1 - far));
  return select(is_nan(x), x, result);
}

/// Its logarithm. double, float; at most 6 ulp. Far below 0, log(erfcx(-x / sqrt(2)) / 2) - x^2
/// / 2.
template <class V> [[gnu::always_inline]] inline V log_ndtr(V x) {
  constexpr Scalar<V> sqrt_half = Scalar<V>(0.70710678118654752440);
  const Bits<V> near = is_ndtr_near(x), below = ~near & (x < 0);
  const V size = select(near, Scalar<V>{2}, abs(x));
  const V tail = log(Scalar<V>{0.5} * erfcx_far(sqrt_half * size));
  const V above = log1p(select(near, ndtr_near(x) - Scalar<V>{0.5}, -ndtr_far(x)));
  return select(is_nan(x), x, select(below, Scalar<V>{-0.5} * x * x + tail, above));
}

}  // namespace math
}  // namespace
}  // namespace wg
