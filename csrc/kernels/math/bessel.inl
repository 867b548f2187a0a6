/// Modified Bessel functions of orders 0 and 1: a polynomial in x^2 up to 8, and e^x / sqrt(x)
/// times a polynomial in 1 / x from there on.
namespace wg {
namespace {
namespace math {

template <class V> [[gnu::always_inline]] inline Bits<V> is_bessel_near(V size) { return size < 8; }

/// i0(x), and i1(x) / x, for 0 <= x < 8.
template <class V> [[gnu::always_inline]] inline V i0_near(V x) {
  x = smaller(splat<V>(8), x);
  return horner(x * x, SpecialCoefficients<Scalar<V>>::i0);
}
template <class V> [[gnu::always_inline]] inline V i1_over_x_near(V x) {
  x = smaller(splat<V>(8), x);
  return horner(x * x, SpecialCoefficients<Scalar<V>>::i1);
}

/// e^-x i0(x) and e^-x i1(x) for x >= 8.
template <class V> [[gnu::always_inline]] inline V i0e_far(V x) {
  return horner(1 / larger(splat<V>(8), x), SpecialCoefficients<Scalar<V>>::i0_far) / sqrt(x);
}
template <class V> [[gnu::always_inline]] inline V i1e_far(V x) {
  return horner(1 / larger(splat<V>(8), x), SpecialCoefficients<Scalar<V>>::i1_far) / sqrt(x);
}

template <class V> [[gnu::always_inline]] inline Bits<V> is_bessel_infinite(V size) {
  return size > (is_double<V> ? Scalar<V>(750) : Scalar<V>(110));
}

/// e^x factor; finite as long as that is.
template <class V> [[gnu::always_inline]] inline V exp_of_bessel(V x, V factor) {
  return exp_times(smaller(splat<V>(is_double<V> ? 730 : 100.0f), x), V{}, factor);
}

/// double, float; at most 4.5 ulp; infinite from 713.98 (91.9) on.
template <class V> [[gnu::always_inline]] inline V i0(V x) {
  const V size = abs(x);
  const V far =
      select(is_bessel_infinite(size), Of<V>::infinity, exp_of_bessel(size, i0e_far(size)));
  return select(is_nan(x), x, select(is_bessel_near(size), i0_near(size), far));
}

/// e^-|x| i0(x). double, float; at most 4.5 ulp.
template <class V> [[gnu::always_inline]] inline V i0e(V x) {
  const V size = abs(x);
  return select(is_bessel_near(size), exp(-size) * i0_near(size), i0e_far(size));
}

/// double, float; at most 4.5 ulp; infinite from 713.98 (91.9) on.
template <class V> [[gnu::always_inline]] inline V i1(V x) {
  const V size = abs(x);
  const V far =
      select(is_bessel_infinite(size), Of<V>::infinity, exp_of_bessel(size, i1e_far(size)));
  const V result = select(is_bessel_near(size), size * i1_over_x_near(size), far);
  return select(is_nan(x), x, copysign(result, x));
}

/// e^-|x| i1(x). double, float; at most 3 ulp.
template <class V> [[gnu::always_inline]] inline V i1e(V x) {
  const V size = abs(x);
  const V near = exp(-size) * (size * i1_over_x_near(size));
  return copysign(select(is_bessel_near(size), near, i1e_far(size)), x);
}

/// i1(x) / x, 1/2 at 0. double, float; at most 4.5 ulp.
template <class V> [[gnu::always_inline]] inline V i1_over_x(V x) {
  const V size = abs(x);
  const V far = exp_of_bessel(size, i1e_far(size) / size);
  const V result = select(is_bessel_near(size), i1_over_x_near(size), far);
  return select(is_bessel_infinite(size), Of<V>::infinity, select(is_nan(x), x, result));
}

/// e^-|x| (i1(|x|) - i0(x)). double, float; at most 40 ulp: they are subtracted up to 8.
template <class V> [[gnu::always_inline]] inline V i0e_slope(V x) {
  const V size = abs(x), from_8 = larger(splat<V>(8), size);
  const V near = exp(-size) * (size * i1_over_x_near(size) - i0_near(size));
  const V far =
      horner(1 / from_8, SpecialCoefficients<Scalar<V>>::i0e_slope) / (from_8 * sqrt(from_8));
  return select(is_bessel_near(size), near, select(is_nan(x), x, -far));
}

}  // namespace math
}  // namespace
}  // namespace wg
