/// The few instructions that the vector types have no operator for, lane by lane; compilers turn
/// these loops into one instruction each (NEON).
namespace wg {
namespace {
namespace math {

template <class V> [[gnu::always_inline]] inline V smaller(V a, V b) { return a < b ? a : b; }

template <class V> [[gnu::always_inline]] inline V larger(V a, V b) { return a > b ? a : b; }

template <class V> [[gnu::always_inline]] inline V sqrt(V x) {
  for (int i = 0; i < lanes<V>; ++i)
    x[i] = is_double<V> ? __builtin_sqrt(x[i]) : __builtin_sqrtf(x[i]);
  return x;
}

template <class M> [[gnu::always_inline]] inline unsigned lane_bits(M mask) {
  unsigned bits = 0;
  for (int i = 0; i < lanes<M>; ++i) bits |= (mask[i] & 1u) << i;
  return bits;
}

template <class M> [[gnu::always_inline]] inline bool any(M mask) {
  Scalar<M> seen = 0;
  for (int i = 0; i < lanes<M>; ++i) seen |= mask[i];
  return seen != 0;
}

#ifdef __ARM_FEATURE_FMA
template <class V> [[gnu::always_inline]] inline V fused(V a, V b, V c) {
  for (int i = 0; i < lanes<V>; ++i)
    c[i] = is_double<V> ? __builtin_fma(a[i], b[i], c[i]) : __builtin_fmaf(a[i], b[i], c[i]);
  return c;
}
#endif

}  // namespace math
}  // namespace
}  // namespace wg
