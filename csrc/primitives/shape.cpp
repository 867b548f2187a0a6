#include "primitives/shape.h"

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/convert.h"
#include "primitives/dependence.h"
#include "primitives/reduction.h"

namespace wg {
namespace {

Shape with_batch(const Var& x, const Shape& shape) {
  Shape batched(shape);
  batched.insert(0, x.shape()[0]);
  return batched;
}

}  // namespace

Array Convert::evaluate(std::span<Tensor> x) const { return wg::convert(x[0].value, dtype); }

Contribution Convert::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  // Integers have no tangent; bringing ct to the operand's dtype is the sweep's business.
  if (!is_inexact(x[0].dtype()) || !is_inexact(dtype)) return {};
  return ct;
}

Var Convert::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!is_inexact(x[0].dtype()) || !is_inexact(dtype)) return {};
  return wg::convert(t[0], dtype);
}

Var Convert::batch(std::span<const Var> x, std::span<const bool>) const {
  return wg::convert(x[0], dtype);
}

Type Reshape::infer(std::span<const Type> x) const {
  if (element_count(shape) != x[0].size()) {
    fail<ShapeError>("reshape: x is ", Dims(x[0].shape()), " and shape is ", shape,
                     "; both must have the same number of elements");
  }
  return {x[0].dtype, shape};
}

Array Reshape::evaluate(std::span<Tensor> x) const {
  (void)infer(std::array{x[0].type()});
  return dense(x[0].value).view(Layout::dense(shape), 0);
}

Contribution Reshape::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return reshape(ct, x[0].shape());
}

Var Reshape::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return reshape(t[0], shape);
}

Var Reshape::batch(std::span<const Var> x, std::span<const bool>) const {
  return reshape(x[0], with_batch(x[0], shape));
}

Type BroadcastTo::infer(std::span<const Type> x) const {
  if (!broadcasts_to(x[0].shape(), shape)) {
    fail<ShapeError>("broadcast_to: x is ", Dims(x[0].shape()), " and shape is ", shape,
                     "; each length of x must equal the target's or be 1, from the right");
  }
  return {x[0].dtype, shape};
}

Array BroadcastTo::evaluate(std::span<Tensor> x) const {
  (void)infer(std::array{x[0].type()});
  return x[0].value.view(Layout::strided(shape, broadcast_strides(x[0].value.layout(), shape)), 0);
}

Contribution BroadcastTo::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  return sum_to(ct, x[0].shape());
}

Var BroadcastTo::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return broadcast_to(t[0], shape);
}

Var BroadcastTo::batch(std::span<const Var> x, std::span<const bool>) const {
  return broadcast_to(lift(x[0], shape.size()), with_batch(x[0], shape));
}

Var convert(const Var& x, DType dtype) {
  return x.dtype() == dtype ? x : apply_structural(Convert{.dtype = dtype}, {x});
}

Var reshape(const Var& x, Shape shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  return apply_structural(Reshape{.shape = std::move(shape)}, {x});
}

Var broadcast_to(const Var& x, Shape shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  return apply_structural(BroadcastTo{.shape = std::move(shape)}, {x});
}

Var fitted(Var tangent, const Var& y) {
  if (!tangent) return tangent;
  tangent = broadcast_to(convert(tangent, y.dtype()), Shape(y.shape()));
  if (tangent.value().is_weak() != y.value().is_weak()) {
    tangent.tensor.value = tangent.tensor.value.with_weak(y.value().is_weak());
  }
  return tangent;
}

Var lift(const Var& x, int rank) {
  Shape shape(x.shape());
  while (shape.size() <= rank) shape.insert(1, 1);
  return reshape(x, std::move(shape));
}

void Convert::sparsity(std::span<const Tensor> x, const Type&, Dependence& dependence) const {
  if (is_inexact(x[0].dtype()) && is_inexact(dtype)) dependence.on_same(0);
}

}  // namespace wg
