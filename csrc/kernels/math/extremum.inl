/// The larger and the smaller of two numbers. Zeros of either sign are equal: y is returned.
namespace wg {
namespace {
namespace math {

/// NaN if either is (NumPy's maximum).
template <class V> [[gnu::always_inline]] inline V maximum(V x, V y) {
  return select((x > y) | is_nan(x), x, y);
}

/// NaN if either is (NumPy's minimum).
template <class V> [[gnu::always_inline]] inline V minimum(V x, V y) {
  return select((x < y) | is_nan(x), x, y);
}

/// The other one if one is NaN.
template <class V> [[gnu::always_inline]] inline V fmax(V x, V y) {
  return select((x > y) | is_nan(y), x, y);
}

/// The other one if one is NaN.
template <class V> [[gnu::always_inline]] inline V fmin(V x, V y) {
  return select((x < y) | is_nan(y), x, y);
}

}  // namespace math
}  // namespace
}  // namespace wg
