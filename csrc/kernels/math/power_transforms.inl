/// Quotients of exponentials and logarithms, and the power transforms of Box and Cox.
namespace wg {
namespace {
namespace math {

/// log(x / (1 - x)). double, float; at most 3 ulp; near 1/2 by log1p of what the quotient is
/// over 1.
template <class V> [[gnu::always_inline]] inline V logit(V x) {
  const V rest = 1 - x, over = (x - Scalar<V>{0.5}) * 2;
  const Bits<V> near = abs(over) < 0.5f;
  const V result = log(select(near, splat<V>(1), x / rest));
  return select(near, log1p(select(near, over / rest, V{})), result);
}

/// (e^x - 1) / x, 1 at 0. double, float; at most 3 ulp; infinite only where the quotient is.
template <class V> [[gnu::always_inline]] inline V exprel(V x) {
  constexpr Scalar<V> large = is_double<V> ? 700 : 80.0f, over = is_double<V> ? 750 : 100.0f;
  const V far = exp_times(smaller(splat<V>(over), x), V{}, 1 / x);
  V result = select(x > large, select(x > over, Of<V>::infinity, far), expm1(x) / x);
  result = select(is_nan(x), x, result);
  return select(x == 0, Scalar<V>{1}, result);
}

/// Whether a power transform is its limit at y = 0 to every digit.
template <class V> [[gnu::always_inline]] inline Bits<V> is_limit(V y) { return abs(y) < 1e-19f; }

/// (e^(y logarithm) - 1) / y: the error is that of the product, as many ulp of it as it is large.
template <class V> [[gnu::always_inline]] inline V boxcox_of(V logarithm, V y) {
  return select(is_limit(y), logarithm, expm1(y * logarithm) / y);
}
template <class V> [[gnu::always_inline]] inline V boxcox(V x, V y) { return boxcox_of(log(x), y); }
template <class V> [[gnu::always_inline]] inline V boxcox1p(V x, V y) {
  return boxcox_of(log1p(x), y);
}

/// The logarithm of what boxcox(., y) is x of.
template <class V> [[gnu::always_inline]] inline V log_inv_boxcox(V x, V y) {
  return select(is_limit(y), x, log1p(x * y) / y);
}
template <class V> [[gnu::always_inline]] inline V inv_boxcox(V x, V y) {
  return exp(log_inv_boxcox(x, y));
}
template <class V> [[gnu::always_inline]] inline V inv_boxcox1p(V x, V y) {
  return expm1(log_inv_boxcox(x, y));
}

}  // namespace math
}  // namespace
}  // namespace wg
