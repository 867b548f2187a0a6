/// What formulas of special functions leave to the lanes, with the mathematics under it.
#include "formulas/special_intrinsics.h"
// clang-format off: each file builds on those before it
#include "kernels/math/special_coefficients.inl"
#include "kernels/math/gamma_function.inl"
#include "kernels/math/normal_distribution.inl"
#include "kernels/math/bessel.inl"
#include "kernels/math/power_transforms.inl"
// clang-format on

namespace wg {
namespace {

template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Erfcx&, L x) {
  return math::erfcx(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const ErfcxSlope&, L x) {
  return math::erfcx_slope(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Erfinv&, L x) {
  return math::erfinv(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Erfcinv&, L x) {
  return math::erfcinv(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const LogNdtr&, L x) {
  return math::log_ndtr(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Ndtr&, L x) {
  return math::ndtr(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Ndtri&, L x) {
  return math::ndtri(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Gammaln&, L x) {
  return math::gammaln(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Gamma&, L x) {
  return math::gamma(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Psi&, L x) {
  return math::psi(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Trigamma&, L x) {
  return math::trigamma(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Betaln&, L x, L y) {
  return math::betaln(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I0&, L x) {
  return math::i0(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I1&, L x) {
  return math::i1(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I0e&, L x) {
  return math::i0e(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I1e&, L x) {
  return math::i1e(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I0eSlope&, L x) {
  return math::i0e_slope(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const I1OverX&, L x) {
  return math::i1_over_x(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Exprel&, L x) {
  return math::exprel(x.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Boxcox&, L x, L y) {
  return math::boxcox(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Boxcox1p&, L x, L y) {
  return math::boxcox1p(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const InvBoxcox&, L x, L y) {
  return math::inv_boxcox(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const InvBoxcox1p&, L x, L y) {
  return math::inv_boxcox1p(x.v, y.v);
}
template <RealLane L> [[gnu::always_inline]] inline L intrinsic(const Logit&, L x) {
  return math::logit(x.v);
}

}  // namespace
}  // namespace wg
