/// One complex number in a kernel loop, with NumPy's products and quotients.
namespace wg {
namespace {

template <class T> struct ComplexLane {
  using Element = std::complex<T>;
  using Stored = std::complex<T>;
  using Inexact = std::complex<T>;
  static constexpr int width = 1;

  T re, im;

  ComplexLane() = default;
  [[gnu::always_inline]] ComplexLane(T real, T imaginary) : re(real), im(imaginary) {}
  [[gnu::always_inline]] ComplexLane(Element z) { __builtin_memcpy(this, &z, sizeof z); }
  template <class C>
    requires std::is_arithmetic_v<C>
  [[gnu::always_inline]] ComplexLane(C c) : re(T(c)), im(0) {}

  [[gnu::always_inline]] static ComplexLane load(const Element* from) { return *from; }
  [[gnu::always_inline]] void store(Element* to) const { *to = Element(re, im); }
  [[gnu::always_inline]] void store_truth(std::byte* to) const {
    *to = std::byte(re != 0 || im != 0);
  }
  [[gnu::always_inline]] Element element(int) const { return {re, im}; }

  friend ComplexLane operator-(ComplexLane a) { return {-a.re, -a.im}; }
  friend ComplexLane operator+(ComplexLane a, ComplexLane b) { return {a.re + b.re, a.im + b.im}; }
  friend ComplexLane operator-(ComplexLane a, ComplexLane b) { return {a.re - b.re, a.im - b.im}; }
  friend ComplexLane operator*(ComplexLane a, ComplexLane b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
  }
  // R. L. Smith, Algorithm 116, Comm. ACM 5 (1962): no overflow on the way.
  friend ComplexLane operator/(ComplexLane a, ComplexLane b) {
    const T abs_re = std::fabs(b.re), abs_im = std::fabs(b.im);
    if (abs_re >= abs_im) {
      if (abs_re == 0 && abs_im == 0) return {a.re / abs_re, a.im / abs_re};
      const T ratio = b.im / b.re, scale = T(1) / (b.re + b.im * ratio);
      return {(a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale};
    }
    const T ratio = b.re / b.im, scale = T(1) / (b.re * ratio + b.im);
    return {(a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale};
  }
};

template <class T>
[[gnu::always_inline]] inline ComplexLane<T> intrinsic(const Chain&, ComplexLane<T> t,
                                                       ComplexLane<T> p) {
  const bool is_zero = (t.re == 0 && t.im == 0) || (p.re == 0 && p.im == 0);
  return is_zero ? ComplexLane<T>(0) : t * p;
}
}  // namespace
}  // namespace wg
