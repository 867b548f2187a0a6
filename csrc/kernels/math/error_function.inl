/// The error function: x + x P(x^2) below 1, e^(-x^2) / (x + 2) times a polynomial in
/// (x - 2) / (x + 2) above.
namespace wg {
namespace {
namespace math {

/// erf(x) - x for |x| <= 1.
template <class V> [[gnu::always_inline]] inline V erf_tail(V x) {
  return x * polynomial(smaller(splat<V>(1), x * x), Coefficients<Scalar<V>>::erf);
}

/// erfc(x) for x >= 1. x^2 is split where its rounding error would be that of the result.
template <class V> [[gnu::always_inline]] inline V erfc_far(V x) {
  x = smaller(splat<V>(is_double<V> ? 28 : 10.5f), x);
  const V head = from_bits<V>(bits(x) & ~Of<V>::low_half);
  const V below = (head - x) * (head + x);
  const V inverse = 1 / (x + 2);
  const V p = horner((x - 2) * inverse, Coefficients<Scalar<V>>::erfc);
  return exp_times(-head * head, below, inverse * p);
}

/// double, float; at most 1.3 ulp.
template <class V> [[gnu::always_inline]] inline V erf(V x) {
  const V size = abs(x);
  const V result = select(size < 1, size + erf_tail(size), 1 - erfc_far(size));
  return copysign(result, x);
}

/// 1 - erf(x). double, float; at most 4 ulp, denormals included.
template <class V> [[gnu::always_inline]] inline V erfc(V x) {
  const V far = erfc_far(abs(x));
  return select(abs(x) < 1, (1 - x) - erf_tail(x), select(x < 0, 2 - far, far));
}

}  // namespace math
}  // namespace
}  // namespace wg
