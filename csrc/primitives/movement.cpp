#include "primitives/movement.h"

#include "core/copy.h"
#include "primitives/axes.h"
#include "primitives/indexing.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// Whether `axes` are the last axes, in any order.
void check_permutation(const Dims& axes, std::span<const std::int64_t> shape) {
  check_axes("transpose", shape, axes);
  for (const std::int64_t axis : axes) {
    if (axis < -axes.size()) {
      fail<ShapeError>("transpose: axes are ", axes, "; a permutation of the last ", axes.size(),
                       " axes is needed");
    }
  }
}

Dims permuted(std::span<const std::int64_t> numbers, const Dims& axes) {
  Dims out(numbers);
  const int rank = out.size();
  for (int i = 0; i < axes.size(); ++i) {
    out[rank - axes.size() + i] = numbers[static_cast<std::size_t>(rank + axes[i])];
  }
  return out;
}

Dims inverse(const Dims& axes) {
  Dims out(axes.size());
  for (int i = 0; i < axes.size(); ++i)
    out[static_cast<int>(axes.size() + axes[i])] = i - axes.size();
  return out;
}

std::int64_t length(const Var& x, std::int64_t axis) {
  return x.shape()[x.shape().size() + static_cast<std::size_t>(axis)];
}

/// Copies an array into places from `start` on along an axis of a dense array.
void copy_along(const View& from, const View& to, std::int64_t axis, std::int64_t start,
                bool is_new_axis) {
  Dims index;
  const int at = to.ndim() + static_cast<int>(axis);
  for (int i = 0; i < at; ++i) basic_index::add_whole(index);
  if (is_new_axis)
    basic_index::add_integer(index, start);
  else
    basic_index::add_slice(index, start, from.shape()[static_cast<std::size_t>(at)], 1);
  const Part part = part_of(*to.layout, index);
  copy_strided(from, to.data + part.offset * to.item(), part.shape, part.strides);
}

/// A tangent that is not there, as zeros.
std::vector<Var> filled(std::span<const Var> x, std::span<const Var> t, DType dtype) {
  std::vector<Var> tangents;
  for (std::size_t i = 0; i < x.size(); ++i) {
    tangents.push_back(t[i] ? t[i] : zeros(*x[i].builder, dtype, x[i].shape()));
  }
  return tangents;
}

std::vector<Var> all_batched(std::span<const Var> x, std::span<const bool> is_batched) {
  const std::int64_t n = batch_length(x, is_batched);
  std::vector<Var> all;
  for (std::size_t i = 0; i < x.size(); ++i) all.push_back(with_batch_axis(x[i], is_batched[i], n));
  return all;
}

}  // namespace

Type Transpose::infer(std::span<const Type> x) const {
  check_permutation(axes, x[0].shape());
  return {x[0].dtype, permuted(x[0].shape(), axes)};
}

bool Transpose::view(const Type& x, Viewed& y) const {
  check_permutation(axes, x.shape());
  const Layout& layout = x.shape_layout();
  return y.lie(x.dtype, permuted(layout.shape(), axes), permuted(layout.strides(), axes));
}

Contribution Transpose::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return transpose(ct, inverse(axes));
}

Var Transpose::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return transpose(t[0], axes);
}

Type Flip::infer(std::span<const Type> x) const {
  check_axes("flip", x[0].shape(), axes);
  return {x[0].dtype, x[0].layout};
}

bool Flip::view(const Type& x, Viewed& y) const {
  check_axes("flip", x.shape(), axes);
  const Layout& layout = x.shape_layout();
  Dims strides(layout.strides());
  std::int64_t offset = 0;
  for (const std::int64_t axis : axes) {
    const int k = layout.ndim() + static_cast<int>(axis);
    const std::int64_t n = layout.shape()[static_cast<std::size_t>(k)];
    if (n > 0) offset += (n - 1) * strides[k];
    strides[k] = -strides[k];
  }
  if (x.size() == 0) offset = 0;
  return y.lie(x.dtype, layout.shape(), strides, offset);
}

Contribution Flip::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  return flip(ct, axes);
}

Var Flip::jvp(std::span<const Var>, const Var&, std::span<Var> t) const { return flip(t[0], axes); }

Type Concatenate::infer(std::span<const Type> x) const {
  const DType dtype = joined_dtype("concatenate", x);
  Shape shape(x[0].shape());
  const int at = shape.size() + static_cast<int>(axis);
  if (axis >= 0 || at < 0) {
    fail<ShapeError>("concatenate: axis is ", axis, " and the arrays have ", shape.size(),
                     " axes; an axis of theirs, counted from the end, is needed");
  }
  for (std::size_t k = 1; k < x.size(); ++k) {
    Shape other(x[k].shape());
    const std::int64_t n = other.size() == shape.size() ? other[at] : 0;
    if (other.size() == shape.size()) other[at] = shape[at];
    if (other != shape) {
      fail<ShapeError>("concatenate: array 0 is ", Dims(x[0].shape()), " and array ", k, " is ",
                       Dims(x[k].shape()), "; shapes must be equal but for axis ", axis);
    }
    shape[at] += n;
  }
  return {dtype, shape};
}

void Concatenate::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  std::int64_t start = 0;
  for (const View& operand : x) {
    if (operand.size() > 0) copy_along(operand, y, axis, start, false);
    start += operand.shape()[operand.shape().size() + static_cast<std::size_t>(axis)];
  }
}

void Concatenate::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                      std::span<Contribution> contributions) const {
  std::int64_t start = 0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const std::int64_t n = length(x[k], axis);
    if (wanted[k]) contributions[k] = slice_axis(ct, static_cast<int>(axis), start, n);
    start += n;
  }
}

Var Concatenate::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return concatenate(filled(x, t, y.dtype()), axis);
}

Var Concatenate::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return concatenate(all_batched(x, is_batched), axis);
}

Type Stack::infer(std::span<const Type> x) const {
  const DType dtype = joined_dtype("stack", x, false);
  Shape shape(x[0].shape());
  for (std::size_t k = 1; k < x.size(); ++k) {
    if (!std::ranges::equal(x[k].shape(), x[0].shape())) {
      fail<ShapeError>("stack: array 0 is ", Dims(x[0].shape()), " and array ", k, " is ",
                       Dims(x[k].shape()), "; shapes must be equal");
    }
  }
  if (axis >= 0 || axis < -shape.size() - 1) {
    fail<ShapeError>("stack: axis is ", axis, " and the result has ", shape.size() + 1,
                     " axes; one of them, counted from the end, is needed");
  }
  shape.insert(shape.size() + 1 + static_cast<int>(axis), static_cast<std::int64_t>(x.size()));
  return {dtype, shape};
}

void Stack::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (y.ndim() == 1) {  // of numbers
    std::byte* to = y.data;
    for (const View& number : x) {
      copy_element(y.dtype, number.data, to);
      to += y.item();
    }
    return;
  }
  if (y.ndim() == 2 && axis == -1) return interleave(x, y.data);
  for (std::size_t k = 0; k < x.size(); ++k) {
    copy_along(x[k], y, axis, static_cast<std::int64_t>(k), true);
  }
}

void Stack::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  Dims index;
  for (int i = 0; i < ct.ndim() + axis; ++i) basic_index::add_whole(index);
  basic_index::add_integer(index, 0);
  for (std::size_t k = 0; k < x.size(); ++k) {
    index.back() = static_cast<std::int64_t>(k);
    if (wanted[k]) contributions[k] = slice(ct, index);
  }
}

Var Stack::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  return stack(filled(x, t, y.dtype()), axis);
}

Var Stack::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return stack(all_batched(x, is_batched), axis);
}

Var transpose(const Var& x, Dims axes) {
  return apply_structural(Transpose{.axes = std::move(axes)}, {x});
}

Var matrix_transpose(const Var& x) { return transpose(x, {-1, -2}); }

Var move_axis(const Var& x, int from, int to) {
  if (from == to) return x;
  const int rank = x.ndim();
  Dims axes;
  for (int i = 0; i < rank; ++i) {
    if (i != from) axes.push_back(i - rank);
  }
  axes.insert(to, from - rank);
  return transpose(x, std::move(axes));
}

Var flip(const Var& x, Dims axes) { return apply_structural(Flip{.axes = std::move(axes)}, {x}); }

Var concatenate(std::span<const Var> parts, std::int64_t axis) {
  return apply_structural(Concatenate{.axis = axis}, parts);
}

Var stack(std::span<const Var> parts, std::int64_t axis) {
  return apply_structural(Stack{.axis = axis}, parts);
}

}  // namespace wg
