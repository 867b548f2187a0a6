/// What formulas leave to the lanes, on vectors of real numbers or integers.
namespace wg {
namespace {

template <class L>
concept VectorLane = requires { typename L::Vector; };
template <class L>
concept RealLane = VectorLane<L> && std::is_floating_point_v<typename L::Element>;
template <class L>
concept IntegerLane = VectorLane<L> && std::is_integral_v<typename L::Element>;

/// One where a comparison holds, else zero.
template <VectorLane L>
[[gnu::always_inline]] inline L truth(decltype(typename L::Vector{} ==
                                               typename L::Vector{}) holds) {
  return typename L::Vector(holds ? L(1).v : typename L::Vector{});
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Chain&, L t, L p) {
  return typename L::Vector((t.v == 0) | (p.v == 0) ? typename L::Vector{} : t.v * p.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Absolute&, L x) {
  return math::abs(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Reciprocal&, L x) {
  return L(1) / x;
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Sign&, L x) {
  return math::select(math::is_nan(x.v), x.v, truth<L>(x.v > 0).v - truth<L>(x.v < 0).v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Difference&, L x, L y) {
  return math::select(x.v == y.v, typename L::Vector{}, x.v - y.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Exp&, L x) {
  return math::exp(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Exp2&, L x) {
  return math::exp2(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Expm1&, L x) {
  return math::expm1(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Expit&, L x) {
  return math::expit(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Log&, L x) {
  return math::log(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Log2&, L x) {
  return math::log2(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Log10&, L x) {
  return math::log10(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Log1p&, L x) {
  return math::log1p(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Logaddexp&, L x, L y) {
  return math::logaddexp(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Logaddexp2&, L x, L y) {
  return math::logaddexp2(x.v, y.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Sqrt&, L x) {
  return math::sqrt(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Cbrt&, L x) {
  return math::cbrt(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Power&, L x, L y) {
  return math::power(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Hypot&, L x, L y) {
  return math::hypot(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Hypot1&, L x) {
  return math::hypot(x.v, L(1).v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Sin&, L x) {
  return math::sin(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Cos&, L x) {
  return math::cos(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Tan&, L x) {
  return math::tan(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arcsin&, L x) {
  return math::arcsin(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arccos&, L x) {
  return math::arccos(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arctan&, L x) {
  return math::arctan(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arctan2&, L x, L y) {
  return math::arctan2(x.v, y.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Sinh&, L x) {
  return math::sinh(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Cosh&, L x) {
  return math::cosh(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Tanh&, L x) {
  return math::tanh(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arcsinh&, L x) {
  return math::arcsinh(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arccosh&, L x) {
  return math::arccosh(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Arctanh&, L x) {
  return math::arctanh(x.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Erf&, L x) {
  return math::erf(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Erfc&, L x) {
  return math::erfc(x.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Floor&, L x) {
  return math::floor(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Ceil&, L x) {
  return math::ceil(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Trunc&, L x) {
  return math::trunc(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Rint&, L x) {
  return math::rint(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const FloorDivide&, L x, L y) {
  return math::floor_divide(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Remainder&, L x, L y) {
  return math::remainder(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Fmod&, L x, L y) {
  return math::fmod(x.v, y.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Significand&, L x) {
  return math::significand(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Exponent&, L x) {
  return math::exponent(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Scaleb&, L x, L y) {
  return math::scaleb(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Nextafter&, L x, L y) {
  return math::nextafter(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Spacing&, L x) {
  return math::spacing(x.v);
}

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Exceeds&, L x, L y) {
  return typename L::Vector(x.v > y.v ? L(1).v : truth<L>(x.v == y.v).v * L(0.5).v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Maximum&, L x, L y) {
  return math::maximum(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Minimum&, L x, L y) {
  return math::minimum(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Fmax&, L x, L y) {
  return math::fmax(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Fmin&, L x, L y) {
  return math::fmin(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Copysign&, L x, L y) {
  return math::copysign(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Heaviside&, L x, L y) {
  return math::select(math::is_nan(x.v), x.v, math::select(x.v == 0, y.v, truth<L>(x.v > 0).v));
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Isnan&, L x) {
  return truth<L>(x.v != x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Isinf&, L x) {
  return truth<L>(math::abs(x.v) == math::Of<typename L::Vector>::infinity);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Isfinite&, L x) {
  return truth<L>(math::abs(x.v) < math::Of<typename L::Vector>::infinity);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Signbit&, L x) {
  return truth<L>(math::is_negative(x.v));
}

template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const Equal&, L x, L y) {
  return truth<L>(x.v == y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const NotEqual&, L x, L y) {
  return truth<L>(x.v != y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const Less&, L x, L y) {
  return truth<L>(x.v < y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const LessEqual&, L x, L y) {
  return truth<L>(x.v <= y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const Greater&, L x, L y) {
  return truth<L>(x.v > y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const GreaterEqual&, L x, L y) {
  return truth<L>(x.v >= y.v);
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const LogicalAnd&, L x, L y) {
  return truth<L>((x.v != 0) & (y.v != 0));
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const LogicalOr&, L x, L y) {
  return truth<L>((x.v != 0) | (y.v != 0));
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const LogicalXor&, L x, L y) {
  return truth<L>((x.v != 0) ^ (y.v != 0));
}
template <VectorLane L> [[gnu::always_inline]] inline L intrinsic(const LogicalNot&, L x) {
  return truth<L>(x.v == 0);
}

}  // namespace
}  // namespace wg
