/// Hyperbolic functions and their inverses, from expm1 and log1p.
namespace wg {
namespace {
namespace math {

/// double, float; at most 2.5 ulp; e / (e + 2) with e = expm1(2 |x|).
template <class V> [[gnu::always_inline]] inline V tanh(V x) {
  const V size = abs(x);
  const V e = expm1_over<0>(smaller(splat<V>(Exp<V>::saturates_tanh), size + size));
  return copysign(e / (e + 2), x);
}

/// double, float; at most 2.5 ulp; (e + e / (e + 1)) / 2 with e = expm1(|x|), over 4 on the way.
template <class V> [[gnu::always_inline]] inline V sinh(V x) {
  const V size = abs(x);
  const V e = expm1_over<2>(smaller(splat<V>(Exp<V>::highest_sinh), size));
  const V quarter = e + Scalar<V>{0.25} * e / (e + Scalar<V>{0.25});
  return copysign(select(size < 0x1p-30f, size, quarter + quarter), x);
}

/// double, float; at most 1.5 ulp; (e + 1 / e) / 2 with e = e^|x|, over 4 on the way.
template <class V> [[gnu::always_inline]] inline V cosh(V x) {
  const auto [shifted, r, low] = reduce_exp(smaller(splat<V>(Exp<V>::highest_sinh), abs(x)));
  const V e = (expm1_reduced(r) + 1) * power_of_two(shifted, 2);
  const V half = e + Scalar<V>{0.0625} / e;
  return half + half;
}

/// double, float; at most 2 ulp; log1p(x + x^2 / (1 + sqrt(1 + x^2))), and log(2 x) far out.
template <class V> [[gnu::always_inline]] inline V arcsinh(V x) {
  const V size = abs(x), square = size * size;
  const Bits<V> far = size > 0x1p60f;
  const V result = log1p(select(far, size, size + square / (sqrt(square + 1) + 1)));
  return copysign(select(far, result + Exp<V>::ln2, result), x);
}

/// double, float; at most 3 ulp; log1p(t + sqrt(2 t + t^2)) with t = x - 1, and log(2 x) far out.
template <class V> [[gnu::always_inline]] inline V arccosh(V x) {
  const V t = x - 1;
  const Bits<V> far = x > 0x1p60f;
  const V result = log1p(select(far, x, t + sqrt(t * (t + 2))));
  return select(x >= 1, select(far, result + Exp<V>::ln2, result), Of<V>::nan);
}

/// double, float; at most 2 ulp; log1p(2 |x| / (1 - |x|)) / 2.
template <class V> [[gnu::always_inline]] inline V arctanh(V x) {
  const V size = abs(x);
  return copysign(Scalar<V>{0.5} * log1p((size + size) / (1 - size)), x);
}

}  // namespace math
}  // namespace
}  // namespace wg
