/// The gamma function and the derivatives of its logarithm: a polynomial in (x - c) / (x + c) for
/// small x, to which recurrence leads (no pole is near in that variable), and Stirling's series
/// from 8 on. Negative x by reflection, out of the way.
namespace wg {
namespace {
namespace math {

template <class T> struct GammaConstants {
  static constexpr T stirling_from = 8, lgamma_centre = T(1.75), gamma_centre = T(2.4375),
                     psi_centre = T(1.4375);
  static constexpr T pi = T(3.14159265358979323846), log_pi = T(1.14472988584940017414);
  static constexpr T sqrt_2pi = T(2.50662827463100050242);
  static constexpr T half_log_2pi = T(0.91893853320467274178),
                     less_half = T(0.41893853320467274178);  // log(2 pi) / 2 - 1/2
};

template <class T> struct GammaRange;
template <> struct GammaRange<double> : GammaConstants<double> {
  static constexpr double beyond_overflow = 200;
  static constexpr double psi_root = 0x1.762d86356be3fp+0, psi_root_low = 0x1.b86a722197829p-54;
};
template <> struct GammaRange<float> : GammaConstants<float> {
  static constexpr float beyond_overflow = 45;
  static constexpr float psi_root = 0x1.762d86p+0f, psi_root_low = 0x1.ab5f20p-27f;
};

template <class V> using Gamma = GammaRange<Scalar<V>>;

/// P((x - c) / (x + c)).
template <class V, int n>
[[gnu::always_inline]] inline V in_mapped(V x, Scalar<V> c, const Scalar<V> (&coefficients)[n]) {
  return horner((x - c) / (x + c), coefficients);
}

/// x - k below `limit`, and (x - 1) ... (x - k); x below 8.
template <class V> struct Descent {
  V left, product;
};

template <int steps, class V>
[[gnu::always_inline]] inline Descent<V> descend(V x, Scalar<V> limit) {
  V product = splat<V>(1);
  for (int i = 0; i < steps; ++i) {
    const Bits<V> above = x >= limit;
    x = select(above, x - 1, x);
    product = select(above, product * x, product);
  }
  return {x, product};
}

/// |sin(pi x)|; exactly 0 for integers.
template <class V> [[gnu::always_inline]] inline V size_of_sin_pi(V x) {
  const V r = abs(x - rint(x));
  return select(r == 0, V{}, abs(sin_of<0>(reduce_angle(r * Gamma<V>::pi))));
}

/// log|gamma(x)| of negative x, given that of -x.
template <class V> [[gnu::cold, gnu::noinline]] V reflected_gammaln(V x, V result) {
  const V size = abs(x);
  const V sine = size_of_sin_pi(size);
  const V reflected = Gamma<V>::log_pi - (log(size) + log(sine)) - result;
  const Bits<V> pole = (sine == 0) | (size == Of<V>::infinity);
  return select(x < 0, select(pole, Of<V>::infinity, reflected), result);
}

/// log|gamma(x)|. double, float; the error is at most 4 ulp for positive x, the zeros at 1 and 2
/// included, and 4 ulp of the largest of log|gamma(-x)|, log|x| and |result| for negative x.
template <class V> [[gnu::always_inline]] inline V gammaln(V x) {
  const V size = abs(x);
  const Bits<V> far = size >= Gamma<V>::stirling_from, below = size < 1;
  const auto [left, product] =
      descend<5>(select(below, size + 1, smaller(splat<V>(8), size)), Scalar<V>{3});
  const V above_1 = select(below, size, left - 1);  // left was rounded
  const V near = above_1 * (above_1 - 1) *
                 in_mapped(left, Gamma<V>::lgamma_centre, SpecialCoefficients<Scalar<V>>::lgamma);
  const V logarithm = log(select(far | below, size, product));
  const V inverse = 1 / size;
  const V tail = inverse * polynomial(inverse * inverse, SpecialCoefficients<Scalar<V>>::stirling);
  const V stirling = multiply_add(size - Scalar<V>{0.5}, logarithm - 1, Gamma<V>::less_half + tail);
  V result = select(far, stirling, near + select(below, -logarithm, logarithm));
  const Bits<V> negative = x < 0;
  if (any(negative)) [[unlikely]]
    result = reflected_gammaln(x, result);
  return result;
}

/// gamma(x) of negative x, given gamma(-x) as a product, which may overflow.
template <class V> [[gnu::cold, gnu::noinline]] V reflected_gamma(V x, V a, V b) {
  const V size = abs(x);
  const V sine = size_of_sin_pi(size);
  const V quotient = Gamma<V>::pi / sine / (size * a) / b;
  const V half = size * Scalar<V>{0.5};
  const V floor_of_size = rint(size) - select(rint(size) > size, Scalar<V>{1}, V{});
  const Bits<V> odd = rint(floor_of_size * Scalar<V>{0.5}) != floor_of_size * Scalar<V>{0.5};
  V result = select(odd, quotient, -quotient);
  result = select((sine == 0) | (half == size), Of<V>::nan, result);
  result = select(size < 4 * Of<V>::smallest_normal, 1 / x, result);
  return select(x < 0, result, a * b);
}

/// gamma(x). double, float; at most 6 ulp, denormals included; NaN at negative integers.
/// x^(x - 1/2) is the square of a power, half of which is multiplied by e^-x before.
template <class V> [[gnu::always_inline]] inline V gamma(V x) {
  const V size = abs(x);
  const Bits<V> far = size >= Gamma<V>::stirling_from, below_1 = size < 1, below_2 = size < 2;
  const V lifted = select(below_1, size + 2, select(below_2, size + 1, size));
  const auto [left, product] = descend<5>(smaller(splat<V>(8), lifted), Scalar<V>{3});
  const V divisor = select(below_1, size * (size + 1), select(below_2, size, Scalar<V>{1}));
  const V near = product *
                 in_mapped(left, Gamma<V>::gamma_centre, SpecialCoefficients<Scalar<V>>::gamma) /
                 divisor;
  const V most = select(far, smaller(splat<V>(Gamma<V>::beyond_overflow), size), Scalar<V>{8});
  const V root = power(most, multiply_add(most, Scalar<V>{0.5}, splat<V>(-0.25f)));
  const V tail = polynomial(1 / most, SpecialCoefficients<Scalar<V>>::gamma_tail);
  const V a = select(far, root * exp(-most), near);
  const V b = select(far, root * (tail * Gamma<V>::sqrt_2pi), Scalar<V>{1});
  V result = select(is_nan(x), x, a * b);
  const Bits<V> negative = is_negative(x);
  if (any(negative)) [[unlikely]] {
    result = select(is_nan(x), x, reflected_gamma(x, a, b));
    result = select((x == 0) & negative, -Of<V>::infinity, result);
  }
  return result;
}

/// psi(x) of negative x and of -0, given psi(-x).
template <class V> [[gnu::cold, gnu::noinline]] V reflected_psi(V x, V result) {
  const V size = abs(x);
  const V fraction = size - rint(size);
  const V reflected = result + (1 / size + Gamma<V>::pi / tan(fraction * Gamma<V>::pi));
  result = select(x < 0, select(fraction == 0, Of<V>::nan, reflected), result);
  result = select(x == -Of<V>::infinity, Of<V>::nan, result);
  return select((x == 0) & is_negative(x), Of<V>::infinity, result);
}

/// The derivative of log gamma(x). double, float; at most 3.5 ulp for positive x, its root
/// near 1.46 included; for negative x 7 ulp of the larger of |psi(-x)| and |result|, NaN at
/// integers.
template <class V> [[gnu::always_inline]] inline V psi(V x) {
  const V size = abs(x), inverse = 1 / size;
  const Bits<V> far = size >= Gamma<V>::stirling_from, below = size < 1;
  V left = select(below, size + 1, smaller(splat<V>(8), size));
  // 1 / (x - 1) + ... + 1 / (x - k) as one fraction
  V numerator = V{}, denominator = splat<V>(1);
  for (int i = 0; i < 6; ++i) {
    const Bits<V> above = left >= 2;
    left = select(above, left - 1, left);
    numerator = select(above, multiply_add(numerator, left, denominator), numerator);
    denominator = select(above, denominator * left, denominator);
  }
  const V from_root = (left - Gamma<V>::psi_root) - Gamma<V>::psi_root_low;
  const V reduced =
      from_root * in_mapped(left, Gamma<V>::psi_centre, SpecialCoefficients<Scalar<V>>::psi);
  const V near = reduced + select(below, -inverse, numerator / denominator);
  const V u = inverse * inverse;
  const V tail = multiply_add(inverse, Scalar<V>{0.5},
                              u * polynomial(u, SpecialCoefficients<Scalar<V>>::psi_tail));
  V result = select(far, log(size) - tail, near);
  if (any(is_negative(x))) [[unlikely]]
    result = reflected_psi(x, result);
  return result;
}

/// trigamma(x) of negative x, given that of -x.
template <class V> [[gnu::cold, gnu::noinline]] V reflected_trigamma(V x, V result) {
  const V size = abs(x), sine = size_of_sin_pi(size);
  const V ratio = Gamma<V>::pi / sine, inverse = 1 / size;
  V reflected = ratio * ratio + inverse * inverse - result;
  reflected = select(sine == 0, Of<V>::infinity, reflected);
  reflected = select(x == -Of<V>::infinity, Of<V>::nan, reflected);
  return select(x < 0, reflected, result);
}

/// The derivative of psi(x). double, float; at most 3.5 ulp for positive x; 4 ulp of the larger of
/// trigamma(-x) and |result| for negative x. Eight steps of the recurrence, then the series.
template <class V> [[gnu::always_inline]] inline V trigamma(V x) {
  const V size = abs(x);
  const Bits<V> near = size < Gamma<V>::stirling_from;
  V sum = V{};
  for (int i = 7; i >= 0; --i) {
    const V inverse = 1 / (size + Scalar<V>(i));
    sum = multiply_add(inverse, inverse, sum);
  }
  const V inverse = 1 / select(near, size + 8, size);
  const V u = inverse * inverse;
  const V tail =
      u * multiply_add(inverse, polynomial(u, SpecialCoefficients<Scalar<V>>::trigamma_tail),
                       splat<V>(0.5f));
  const V series = inverse + tail;
  V result = select(near, sum + series, series);
  if (any(x < 0)) [[unlikely]]
    result = reflected_trigamma(x, result);
  return result;
}

/// log|beta(x, y)|. double, float; the error is at most 12 ulp of the largest of 1, |result|, and,
/// unless both are positive, of the logarithms of the three gammas. From 8 on, where these nearly
/// cancel, their series are subtracted term by term (DiDonato and Morris, 1992). Infinite at the
/// poles of gamma, but where it meets that of the sum: there, by reflection, log beta(1 - x - y,
/// y).
template <class V> [[gnu::always_inline]] inline V betaln(V x, V y) {
  const V least = select(x < y, x, y), most = select(x < y, y, x);
  const Bits<V> at_pole = (least <= 0) & (least == rint(least)) & (most == most);
  const Bits<V> poles_meet = at_pole & (most > 0) & (most == rint(most)) & (least + most <= 0);
  const V other = select(poles_meet, 1 - (least + most), least);
  const V low = select(other < most, other, most), high = select(other < most, most, other);
  const V sum = low + high;
  const auto stirling_tail = [](V z) __attribute__((always_inline)) {
    const V inverse = 1 / z;
    return inverse * polynomial(inverse * inverse, SpecialCoefficients<Scalar<V>>::stirling);
  };
  const Bits<V> both_far = low >= Gamma<V>::stirling_from;
  const V far = (high - Scalar<V>{0.5}) * log1p(low / high);
  const V tails = stirling_tail(high) - stirling_tail(sum);
  // either log gamma(low), or half of its series
  const V of_low = gammaln(low);
  const V for_low = select(both_far, low * log1p(high / low), low * (log(sum) - 1));
  const V rest = select(
      both_far, Gamma<V>::half_log_2pi + stirling_tail(low) - Scalar<V>{0.5} * log(low), of_low);
  const V series = rest - far - for_low + tails;
  const V near = of_low + (gammaln(high) - gammaln(sum));
  const V result = select((low > 0) & (high >= Gamma<V>::stirling_from), series, near);
  const V finite = select(at_pole & ~poles_meet, Of<V>::infinity, result);
  const V limit = select(low > 0, splat<V>(-Of<V>::infinity), splat<V>(Of<V>::infinity));
  return select((high == Of<V>::infinity) & (low == low), limit, finite);
}

}  // namespace math
}  // namespace
}  // namespace wg
