/// What formulas leave to the lanes, on complex numbers: the C library's functions, as NumPy's.
namespace wg {
namespace {

template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arccos&, ComplexLane<T> z) {
  return std::acos(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arccosh&, ComplexLane<T> z) {
  return std::acosh(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arcsin&, ComplexLane<T> z) {
  return std::asin(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arcsinh&, ComplexLane<T> z) {
  return std::asinh(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arctan&, ComplexLane<T> z) {
  return std::atan(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Arctanh&, ComplexLane<T> z) {
  return std::atanh(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Cos&, ComplexLane<T> z) {
  return std::cos(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Cosh&, ComplexLane<T> z) {
  return std::cosh(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Exp&, ComplexLane<T> z) {
  return std::exp(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Log&, ComplexLane<T> z) {
  return std::log(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Sin&, ComplexLane<T> z) {
  return std::sin(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Sinh&, ComplexLane<T> z) {
  return std::sinh(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Sqrt&, ComplexLane<T> z) {
  return std::sqrt(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Tan&, ComplexLane<T> z) {
  return std::tan(z.element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Tanh&, ComplexLane<T> z) {
  return std::tanh(z.element(0));
}

// NumPy's formulas where C99 has no function.
template <class T> [[gnu::always_inline]] inline ComplexLane<T> scaled(ComplexLane<T> z, T factor) {
  return {z.re * factor, z.im * factor};
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Exp2&, ComplexLane<T> z) {
  return std::exp(scaled(z, T(0.69314718055994530942)).element(0));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Log2&, ComplexLane<T> z) {
  return scaled(ComplexLane<T>(std::log(z.element(0))), T(1.4426950408889634074));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Log10&, ComplexLane<T> z) {
  return scaled(ComplexLane<T>(std::log(z.element(0))), T(0.43429448190325182765));
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Expm1&, ComplexLane<T> z) {
  const T half = std::sin(z.im / 2);
  return {std::expm1(z.re) * std::cos(z.im) - 2 * half * half, std::exp(z.re) * std::sin(z.im)};
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Log1p&, ComplexLane<T> z) {
  return {std::log(std::hypot(1 + z.re, z.im)), std::atan2(z.im, 1 + z.re)};
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Reciprocal&, ComplexLane<T> z) {
  if (std::fabs(z.im) <= std::fabs(z.re)) {
    const T ratio = z.im / z.re, scale = z.re + z.im * ratio;
    return {1 / scale, -ratio / scale};
  }
  const T ratio = z.re / z.im, scale = z.re * ratio + z.im;
  return {ratio / scale, -1 / scale};
}
/// sqrt(1 + i z) sqrt(1 - i z): Kahan, Branch Cuts for Complex Elementary Functions (1987).
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Hypot1&, ComplexLane<T> z) {
  const ComplexLane<T> above(std::sqrt(std::complex<T>(1 - z.im, z.re)));
  const ComplexLane<T> below(std::sqrt(std::complex<T>(1 + z.im, -z.re)));
  return above * below;
}

/// z^w, by products where w is a small integer, so that (-1)^2 is 1. 0^w is 0 for a positive w,
/// else NaN.
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Power&, ComplexLane<T> z,
                                                       ComplexLane<T> w) {
  using Z = ComplexLane<T>;
  if (w.re == 0 && w.im == 0) return Z(1);
  if (z.re == 0 && z.im == 0) {
    const T nan = std::numeric_limits<T>::quiet_NaN();
    return w.re > 0 ? Z(0) : Z(nan, nan);
  }
  if (w.im != 0 || !(std::fabs(w.re) < 100) || w.re != std::trunc(w.re)) {
    return std::pow(z.element(0), w.element(0));
  }
  if (w.re >= 1 && w.re <= 3) return w.re == 1 ? z : w.re == 2 ? z * z : z * (z * z);
  Z square = z, result(1);
  for (int n = std::abs(static_cast<int>(w.re));; square = square * square) {
    if (n & 1) result = result * square;
    if ((n >>= 1) == 0) break;
  }
  if (w.re > 0) return result;
  // Of a finite number, the reciprocal of a product that overflows is 0, where NumPy has NaN.
  const bool overflows = !std::isfinite(result.re) || !std::isfinite(result.im);
  if (overflows && std::isfinite(z.re) && std::isfinite(z.im)) return Z(0);
  return Z(1) / result;
}

template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Equal&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return x.re == y.re && x.im == y.im;
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const NotEqual&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return x.re != y.re || x.im != y.im;
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const LogicalAnd&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return (x.re != 0 || x.im != 0) && (y.re != 0 || y.im != 0);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const LogicalOr&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return x.re != 0 || x.im != 0 || y.re != 0 || y.im != 0;
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const LogicalXor&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return (x.re != 0 || x.im != 0) != (y.re != 0 || y.im != 0);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const LogicalNot&, ComplexLane<T> z) {
  return z.re == 0 && z.im == 0;
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Isnan&, ComplexLane<T> z) {
  return std::isnan(z.re) || std::isnan(z.im);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Isinf&, ComplexLane<T> z) {
  return std::isinf(z.re) || std::isinf(z.im);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Isfinite&, ComplexLane<T> z) {
  return std::isfinite(z.re) && std::isfinite(z.im);
}

// NumPy's order: by the real part, then by the imaginary part, which must not be NaN.
template <class T> [[gnu::always_inline]] inline bool precedes(ComplexLane<T> x, ComplexLane<T> y) {
  return (x.re < y.re && !std::isnan(x.im) && !std::isnan(y.im)) || (x.re == y.re && x.im < y.im);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Less&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return precedes(x, y);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Greater&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return precedes(y, x);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const LessEqual&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return precedes(x, y) || (x.re == y.re && x.im == y.im);
}
template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const GreaterEqual&, ComplexLane<T> x,
                                                       ComplexLane<T> y) {
  return precedes(y, x) || (x.re == y.re && x.im == y.im);
}

}  // namespace
}  // namespace wg
