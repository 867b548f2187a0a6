/// Rounding to an integer: exact, the sign of zero kept, NaN and infinities returned.
namespace wg {
namespace {
namespace math {

#if defined(__SSE4_1__) && defined(__SSE2__)

template <class V> [[gnu::always_inline]] inline V rint(V x) {
  return round_to<_MM_FROUND_TO_NEAREST_INT>(x);
}

template <class V> [[gnu::always_inline]] inline V floor(V x) {
  return round_to<_MM_FROUND_TO_NEG_INF>(x);
}

template <class V> [[gnu::always_inline]] inline V ceil(V x) {
  return round_to<_MM_FROUND_TO_POS_INF>(x);
}

template <class V> [[gnu::always_inline]] inline V trunc(V x) {
  return round_to<_MM_FROUND_TO_ZERO>(x);
}

#else

/// To nearest, halves to even: adding 2^52 leaves no bit for a fraction.
template <class V> [[gnu::always_inline]] inline V rint(V x) {
  const V size = abs(x);
  const V rounded = (size + Of<V>::integer_above) - Of<V>::integer_above;
  return select(size < Of<V>::integer_above, copysign(rounded, x), x);
}

template <class V> [[gnu::always_inline]] inline V floor(V x) {
  const V near = rint(x);
  return copysign(near - select(near > x, Scalar<V>{1}, V{}), x);
}

template <class V> [[gnu::always_inline]] inline V ceil(V x) { return -floor(-x); }

template <class V> [[gnu::always_inline]] inline V trunc(V x) { return copysign(floor(abs(x)), x); }

#endif

}  // namespace math
}  // namespace
}  // namespace wg
