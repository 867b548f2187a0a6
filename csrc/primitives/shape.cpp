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

/// The strides of the same elements under another shape, if there are any: what is joined must lie
/// side by side, and what is split must be divided by the new lengths.
bool lie_so(const Layout& x, const Shape& shape, Dims& strides) {
  strides = Dims(shape.size());
  std::size_t axis = x.shape().size();
  std::int64_t left = 1, stride = 0;  // of a run of axes that lie side by side
  const auto next_run = [&] {
    for (; axis > 0; --axis) {
      const std::int64_t n = x.shape()[axis - 1], step = x.strides()[axis - 1];
      if (n == 1) continue;
      if (left > 1 && step != stride * left) return;
      if (left == 1) stride = step;
      left *= n;
    }
  };
  for (int k = shape.size() - 1; k >= 0; --k) {
    if (shape[k] == 1) continue;
    if (left == 1) next_run();
    if (left % shape[k] != 0) return false;
    strides[k] = stride;
    stride *= shape[k];
    left /= shape[k];
  }
  return true;
}

}  // namespace

bool Convert::view(const Type& x, Viewed& y) const {
  if (x.dtype != dtype) return false;
  y.type = {dtype, x.layout};
  return true;
}

void Convert::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  convert_into(x[0], y);
}

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

bool Reshape::view(const Type& x, Viewed& y) const {
  const Layout& layout = x.shape_layout();
  y.type = infer(std::span(&x, 1));
  if (layout.is_dense()) return true;
  Dims strides;
  return lie_so(layout, shape, strides) && y.lie(x.dtype, shape, strides);
}

void Reshape::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  copy_strided(x[0], y.data, x[0].shape(), dense_strides(x[0].shape()));
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

void BroadcastTo::check(std::span<const std::int64_t> x) const {
  if (broadcasts_to(x, shape)) return;
  fail<ShapeError>("broadcast_to: x is ", Dims(x), " and shape is ", shape,
                   "; each length of x must equal the target's or be 1, from the right");
}

Type BroadcastTo::infer(std::span<const Type> x) const {
  check(x[0].shape());
  return {x[0].dtype, shape};
}

bool BroadcastTo::view(const Type& x, Viewed& y) const {
  check(x.shape());
  return y.lie(x.dtype, shape, broadcast_strides(x.shape_layout(), shape));
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
