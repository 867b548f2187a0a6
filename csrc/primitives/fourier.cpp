#include "primitives/fourier.h"

#include "kernels/fourier.h"
#include "primitives/axes.h"
#include "primitives/complex.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/reduction.h"

namespace wg {
namespace {

/// The direction that is scaled, seen from the other one.
std::string opposite(const std::string& norm) {
  return norm == "backward" ? "forward" : norm == "forward" ? "backward" : norm;
}

int place(std::span<const std::int64_t> shape, std::int64_t axis) {
  return static_cast<int>(shape.size()) + static_cast<int>(axis);
}

/// How often the elements of half a spectrum of n stand in the whole, or one over that: once those
/// that are their own mirror image, the others twice. Shaped to broadcast along an axis.
Var multiplicity(const Var& like, std::int64_t axis, std::int64_t n, bool inverted) {
  const std::int64_t half = n / 2 + 1;
  Array numbers = Array::empty(real_part(like.dtype()), Dims{half});
  visit(numbers.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_floating(dtype_of<T>)) {
      T* const weight = numbers.mutable_data<T>();
      std::fill_n(weight, half, inverted ? T(0.5) : T(2));
      weight[0] = 1;
      if (n % 2 == 0) weight[half - 1] = 1;
    }
  });
  Shape shape(static_cast<int>(-axis), 1);
  shape[0] = half;
  return like.builder->constant(with_shape(numbers, shape));
}

}  // namespace

void Fourier::check(std::string_view operation, const Type& x) const {
  check_axes(operation, x.shape(), axes);
  if (axes.empty()) fail<ShapeError>(operation, ": axes are (); at least one is needed");
  for (const std::int64_t axis : axes) {
    if (x.shape()[static_cast<std::size_t>(place(x.shape(), axis))] < 1) {
      fail<ShapeError>(operation, ": x is ", Dims(x.shape()), " and axes are ", axes,
                       "; axes that are transformed need at least one element");
    }
  }
  if (norm != "backward" && norm != "ortho" && norm != "forward") {
    fail<ShapeError>(operation, ": norm is '", norm,
                     "'; 'backward', 'ortho' or 'forward' is needed");
  }
}

void Fourier::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  const auto lines = [&](std::span<const std::int64_t> shape) {
    return broadcast(numbers_of(reduced_shape(shape, axes, true)), shape);
  };
  dependence.on_groups(0, lines(y.shape()), lines(x[0].value.shape()));
}

Type Fft::infer(std::span<const Type> x) const {
  check(name, x[0]);
  return {complex_of(x[0].dtype), x[0].layout};
}

void Fft::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::fft(x[0], {axes, norm.c_str()}, inverse, y);
}

Contribution Fft::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return apply_structural(*this, {ct});
}

Var Fft::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return apply_structural(*this, {t[0]});
}

Type Rfft::infer(std::span<const Type> x) const {
  check(name, x[0]);
  if (is_complex(x[0].dtype)) {
    fail<DTypeError>("rfft: x is ", wg::name(x[0].dtype),
                     "; a real dtype is needed, fft serves complex ones");
  }
  Shape shape(x[0].shape());
  std::int64_t& last = shape[place(shape, axes.back())];
  last = last / 2 + 1;
  return {complex_of(x[0].dtype), shape};
}

void Rfft::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  kernels::rfft(x[0], {axes, norm.c_str()}, y);
}

// Re(sum_k ct[k] e^(-2 pi i j k / n)) over half a spectrum: irfft counts all but the ends twice.
Contribution Rfft::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  Irfft back;
  back.axes = axes;
  back.norm = opposite(norm);
  back.length = x[0].shape()[static_cast<std::size_t>(place(x[0].shape(), axes.back()))];
  return apply_structural(back, {conjugate(ct) * multiplicity(ct, axes.back(), back.length, true)});
}

Var Rfft::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return apply_structural(*this, {t[0]});
}

Type Irfft::infer(std::span<const Type> x) const {
  check(name, x[0]);
  Shape shape(x[0].shape());
  std::int64_t& last = shape[place(shape, axes.back())];
  if (length < 1 || last != length / 2 + 1) {
    fail<ShapeError>("irfft: x is ", Dims(x[0].shape()), ", length is ", length, " and axes are ",
                     axes, "; length / 2 + 1 elements are needed along the last of the axes");
  }
  last = length;
  return {real_part(complex_of(x[0].dtype)), shape};
}

void Irfft::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_irfft(x[0], axes, work);
}

void Irfft::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::irfft(x[0], {axes, norm.c_str()}, y, work);
}

Contribution Irfft::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  Rfft back;
  back.axes = axes;
  back.norm = opposite(norm);
  const Var spectrum = conjugate(apply_structural(back, {ct}));
  return spectrum * multiplicity(spectrum, axes.back(), length, false);
}

Var Irfft::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return apply_structural(*this, {t[0]});
}

}  // namespace wg
