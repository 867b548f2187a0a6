#include "primitives/complex.h"

#include <complex>

#include "core/broadcast.h"
#include "formulas/comparison.h"
#include "kernels/complex.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/promotion.h"
#include "primitives/selection.h"
#include "primitives/shape.h"

namespace wg {
namespace {

Var imaginary_unit(const Var& like) {
  return like.builder->constant(Array::scalar(std::complex<double>(0, 1), true));
}

/// 1 / |z|, but 0 at 0.
Var inverse_modulus(const Var& z) {
  const Var r = modulus(z);
  const Var is_zero = equal(r, 0);
  return where(is_zero, literal(0, r), 1 / where(is_zero, literal(1, r), r));
}

Type real_type(const Type& z) { return {real_part(z.dtype), z.layout}; }
Type same_type(const Type& z) { return {z.dtype, z.layout}; }

/// Of a real operand, itself.
bool view_if_real(const Type& x, Viewed& y) {
  if (is_complex(x.dtype)) return false;
  y.type = same_type(x);
  return true;
}

}  // namespace

void ComplexUnary::check(std::string_view operation, const Type& z, std::string_view instead) {
  if (!is_complex(z.dtype)) {
    fail<DTypeError>(operation, ": the operand is ", wg::name(z.dtype),
                     "; a complex dtype is needed, ", instead);
  }
}

Type Real::infer(std::span<const Type> x) const { return real_type(x[0]); }

bool Real::view(const Type& x, Viewed& y) const { return view_if_real(x, y); }

void Real::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::real(x[0], y);
}

Contribution Real::vjp(std::span<const Var>, const Var&, const Var& ct) const { return ct; }
Var Real::jvp(std::span<const Var>, const Var&, std::span<Var> t) const { return real_part(t[0]); }
Type Imag::infer(std::span<const Type> x) const {
  check(name, x[0], "a real number has none");
  return real_type(x[0]);
}

void Imag::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::imag(x[0], y);
}

// Im(t) = Re(-i t).
Contribution Imag::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return from_parts(zeros_like(ct), -ct);
}
Var Imag::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return imaginary_part(t[0]);
}
Type Conjugate::infer(std::span<const Type> x) const { return same_type(x[0]); }

bool Conjugate::view(const Type& x, Viewed& y) const { return view_if_real(x, y); }

void Conjugate::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::conjugate(x[0], y);
}

Contribution Conjugate::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return conjugate(ct);
}
Var Conjugate::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return conjugate(t[0]);
}
Type Modulus::infer(std::span<const Type> x) const {
  check(name, x[0], "absolute serves real ones");
  return real_type(x[0]);
}

void Modulus::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::modulus(x[0], y);
}

// d|z| = Re(conj(z / |z|) dz).
Contribution Modulus::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return ct * conjugate(direction(x[0]));
}
Var Modulus::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return real_part(t[0] * conjugate(direction(x[0])));
}
Type Direction::infer(std::span<const Type> x) const {
  check(name, x[0], "sign serves real ones");
  return same_type(x[0]);
}

void Direction::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::direction(x[0], y);
}

// d(z / |z|) = i s Im(conj(s) dz) / |z| with s = z / |z|; its transpose follows from Im(t) = Re(-i
// t).
Contribution Direction::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  return imaginary_part(ct * y) * inverse_modulus(x[0]) * conjugate(y) * imaginary_unit(ct);
}
Var Direction::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return imaginary_part(conjugate(y) * t[0]) * inverse_modulus(x[0]) * y * imaginary_unit(y);
}
Type Angle::infer(std::span<const Type> x) const {
  check(name, x[0], "real ones are compared with zero");
  return real_type(x[0]);
}

void Angle::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::angle(x[0], y);
}

// d arg(z) = Im(dz / z); none at 0, where the direction is 0.
Contribution Angle::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return -(ct * (conjugate(direction(x[0])) * inverse_modulus(x[0])) * imaginary_unit(ct));
}
Var Angle::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  return imaginary_part(t[0] * conjugate(direction(x[0]))) * inverse_modulus(x[0]);
}
Type Complex::infer(std::span<const Type> x) const {
  const DType dtype = inexact(joined_dtype(name, x));
  if (is_complex(dtype)) {
    fail<DTypeError>("complex: the parts are ", wg::name(x[0].dtype), " and ", wg::name(x[1].dtype),
                     "; real dtypes are needed");
  }
  return {complex_of(dtype), broadcast_shapes(name, x[0].shape(), x[1].shape())};
}

void Complex::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::complex(x[0], x[1], y);
}

// Re(ct i t) = -Im(ct) t.
void Complex::vjp(std::span<const Var>, const Var&, const Var& ct, Wanted wanted,
                  std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = real_part(ct);
  if (wanted[1]) contributions[1] = -imaginary_part(ct);
}

Var Complex::jvp(std::span<const Var>, const Var& y, std::span<Var> t) const {
  const Var none = literal(0, t[0] ? t[0] : t[1]);
  return broadcast_to(from_parts(t[0] ? t[0] : none, t[1] ? t[1] : none), y.shape());
}

Var Complex::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const int rank = std::max(x[0].ndim() - is_batched[0], x[1].ndim() - is_batched[1]);
  return from_parts(is_batched[0] ? lift(x[0], rank) : x[0],
                    is_batched[1] ? lift(x[1], rank) : x[1]);
}

Var real_part(const Var& z) { return is_complex(z.dtype()) ? apply_structural(Real{}, {z}) : z; }
Var imaginary_part(const Var& z) {
  return is_complex(z.dtype()) ? apply_structural(Imag{}, {z}) : zeros_like(z);
}
Var conjugate(const Var& z) {
  return is_complex(z.dtype()) ? apply_structural(Conjugate{}, {z}) : z;
}
Var modulus(const Var& z) { return apply_structural(Modulus{}, {z}); }
Var direction(const Var& z) { return apply_structural(Direction{}, {z}); }
Var from_parts(const Var& re, const Var& im) { return apply_structural(Complex{}, {re, im}); }

}  // namespace wg
