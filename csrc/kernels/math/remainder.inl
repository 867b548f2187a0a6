/// Remainders. The remainder itself is exact.
namespace wg {
namespace {
namespace math {

/// x - y trunc(x / y), exact. The rounded quotient is at most one too large while it is below 2^53;
/// larger quotients, and levels without fma, use the C library.
template <class V> [[gnu::always_inline]] inline V fmod(V x, V y) {
  constexpr auto function = [](auto a, auto b) { return libm::fmod(a, b); };
  if constexpr (!has_fused) {
    return each_lane(function, x, y);
  } else {
    const V a = abs(x), b = abs(y);
    const V quotient = trunc(a / b);
    V left = multiply_add(-quotient, b, a);
    left = select(left < 0, left + b, left);
    V result = copysign(select(a < b, a, left), x);
    const Bits<V> large = (quotient >= 2 * Of<V>::integer_above) & (a < Of<V>::infinity) & (b > 0);
    if (any(large)) [[unlikely]]
      result = lane_by_lane(x, y, result, large, function);
    return result;
  }
}

/// x - y floor(x / y) with the sign of y, as Python and NumPy; the one rounding is that of adding
/// y.
template <class V> [[gnu::always_inline]] inline V remainder(V x, V y) {
  const V left = fmod(x, y);
  const V turned = select((y < 0) == (left < 0), left, left + y);
  const V result = select(left == 0, copysign(V{}, y), turned);
  return select(y == 0, left, result);
}

/// floor(x / y) such that y floor_divide(x, y) + remainder(x, y) is x, as NumPy.
template <class V> [[gnu::always_inline]] inline V floor_divide(V x, V y) {
  const V left = fmod(x, y);
  const V exact = (x - left) / y;
  const V quotient = exact - select((left != 0) & ((y < 0) != (left < 0)), Scalar<V>{1}, V{});
  const V down = floor(quotient);
  const V near = select(quotient - down > 0.5f, down + 1, down);
  const V result = select(quotient == 0, copysign(V{}, x / y), near);
  return select(y == 0, x / y, result);
}

}  // namespace math
}  // namespace
}  // namespace wg
