#include "primitives/indexing.h"

#include <numeric>

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/convert.h"
#include "kernels/gather.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The operand's value in memory that nobody else sees: its own, if that can be.
Array taken(Tensor& operand) {
  Array& value = operand.value;
  if (value.is_scalar()) return value;
  if (!value.is_writable_alone() || !value.is_dense()) return copy_of(value);
  Array type = Array::abstract(value.dtype(), value.layout_reference(), value.is_weak());
  return std::exchange(value, std::move(type));
}

/// What an update has to be to be added to a base.
void check_update(std::string_view operation, const Type& base, const Type& update,
                  std::span<const std::int64_t> part) {
  if ((is_complex(update.dtype) && !is_complex(base.dtype)) ||
      (is_inexact(update.dtype) && !is_inexact(base.dtype))) {
    fail<DTypeError>(operation, ": the base is ", name(base.dtype), " and the update is ",
                     name(update.dtype), "; the base must be able to hold the update");
  }
  if (!broadcasts_to(update.shape(), part)) {
    fail<ShapeError>(operation, ": the update is ", Dims(update.shape()),
                     " and the indexed part is ", Dims(part),
                     "; the update must broadcast to the part");
  }
}

std::int64_t kept_axes(int rank, const Dims& axes) { return rank - axes.size(); }

/// The shape of what index arrays, of the types given, name in a value of `shape`.
Shape indexed_shape(std::span<const std::int64_t> shape, std::span<const Type> indices,
                    const Dims& axes, std::int64_t behind) {
  const int rank = static_cast<int>(shape.size());
  const auto count = static_cast<int>(indices.size());
  if (count == 0 || count != axes.size()) {
    fail<ShapeError>("index: ", count, " index arrays were given for axes ", axes,
                     "; one for each axis is needed, and at least one");
  }
  for (int k = 0; k < count; ++k) {
    if (axes[k] >= 0 || axes[k] < -rank || std::count(axes.begin(), axes.end(), axes[k]) != 1) {
      fail<IndexRangeError>("index: axes are ", axes, " and x is ", Dims(shape),
                            "; each must be an axis of x, once, counted from the end");
    }
  }
  if (behind < 0 || behind > kept_axes(rank, axes)) {
    fail<ShapeError>("index: behind is ", behind, "; 0 to ", kept_axes(rank, axes), " is needed");
  }
  Shape block;
  for (const Type& index : indices) {
    if (!is_integral(index.dtype)) {
      fail<DTypeError>("index: an index array is ", name(index.dtype),
                       "; arrays of integers (or a mask of the indexed axes' shape) are needed");
    }
    block = broadcast_shapes("index", block, index.shape());
  }
  Shape out;
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end())
      out.push_back(shape[static_cast<std::size_t>(i)]);
  }
  const int in_front = out.size() - static_cast<int>(behind);
  for (int k = 0; k < block.size(); ++k) out.insert(in_front + k, block[k]);
  return out;
}

kernels::Indexed locate(const Array& x, std::span<Tensor> indices, const Dims& axes,
                        std::int64_t behind) {
  std::vector<Array> arrays;
  for (const Tensor& index : indices) arrays.push_back(index.value);
  kernels::BadIndex bad;
  kernels::Indexed part = kernels::indexed(x.layout(), arrays, axes, behind, bad);
  if (bad.operand >= 0) {
    const std::int64_t axis = axes[bad.operand] + x.ndim();
    const std::int64_t n = x.shape()[static_cast<std::size_t>(axis)];
    fail<IndexRangeError>("index: ", bad.value, " was given for axis ", axis, " of x, which is ",
                          Dims(x.shape()), "; ", -n, " <= index < ", n, " is needed");
  }
  return part;
}

std::vector<Type> types_of(std::span<Tensor> x) {
  std::vector<Type> types;
  for (const Tensor& operand : x) types.push_back(operand.type());
  return types;
}

/// 0, 1, ..., n - 1 along the first of `rank` + 1 axes.
Var batch_positions(Builder& builder, std::int64_t n, int rank) {
  Shape shape(rank + 1, 1);
  shape[0] = n;
  Array positions = Array::empty(DType::int64, shape);
  std::iota(positions.mutable_data<std::int64_t>(), positions.mutable_data<std::int64_t>() + n, 0);
  return builder.constant(std::move(positions));
}

/// Index operands under a batch, brought to one rank behind the batch axis.
struct BatchedIndices {
  std::vector<Var> indices;
  int rank = 0;  // of the block of one example
  bool is_batched = false;

  BatchedIndices(std::span<const Var> x, std::span<const bool> batched) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      rank = std::max(rank, x[k].ndim() - batched[k]);
      is_batched |= batched[k];
    }
    for (std::size_t k = 0; k < x.size(); ++k)
      indices.push_back(batched[k] ? lift(x[k], rank) : x[k]);
  }

  /// The batch axis of x becomes an indexed axis, too.
  Dims with_batch_axis_first(Dims axes, const Var& x) {
    indices.insert(indices.begin(), batch_positions(*x.builder, x.shape()[0], rank));
    axes.insert(0, -x.ndim());
    return axes;
  }
};

}  // namespace

Type Slice::infer(std::span<const Type> x) const {
  return {x[0].dtype, part_of(x[0].shape_layout(), index).shape};
}

Array Slice::evaluate(std::span<Tensor> x) const {
  const Array& value = x[0].value;
  const Part part = part_of(value.layout(), index);
  if (part.shape.empty()) {
    return Array::scalar_from(
        value.dtype(),
        value.data() + part.offset * static_cast<std::int64_t>(item_size(value.dtype())));
  }
  return value.view(Layout::strided(part.shape, part.strides), part.offset);
}

Contribution Slice::vjp(std::span<const Var>, const Var&, const Var& ct, int) const {
  Contribution c(ct);
  c.at = &structural_row_of<AddAtSlice>;
  c.payload = payload_of(AddAtSlice{.index = index});
  return c;
}

Var Slice::jvp(std::span<const Var>, const Var&, std::span<const Var> t) const {
  return slice(t[0], index);
}

Var Slice::batch(std::span<const Var> x, std::span<const bool>) const {
  return slice(x[0], batched_index(index));
}

Type AddAtSlice::infer(std::span<const Type> x) const {
  check_update("add_at_slice", x[0], x[1], part_of(x[0].shape_layout(), index).shape);
  return x[0];
}

Array AddAtSlice::evaluate(std::span<Tensor> x) const {
  const Part part = part_of(x[0].value.layout(), index);
  check_update("add_at_slice", x[0].type(), x[1].type(), part.shape);
  const Array update = wg::convert(x[1].value, x[0].dtype());
  const bool is_dense = x[0].value.is_dense();
  Array out = taken(x[0]);  // never the update's memory: a base that shares it is not alone
  const Part target = is_dense ? part : part_of(out.layout(), index);
  const auto item = static_cast<std::int64_t>(item_size(out.dtype()));
  kernels::add_strided(out.dtype(), out.mutable_data() + target.offset * item, target.shape,
                       target.strides, update);
  return out;
}

Contribution AddAtSlice::vjp(std::span<const Var>, const Var&, const Var& ct, int operand) const {
  return operand == 0 ? ct : slice(ct, index);
}

Var AddAtSlice::jvp(std::span<const Var> x, const Var&, std::span<const Var> t) const {
  if (!t[1]) return t[0];
  return add_at_slice(t[0] ? t[0] : zeros_like(x[0]), t[1], index);
}

Var AddAtSlice::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const Var base = with_batch_axis(x[0], is_batched[0], batch_length(x, is_batched));
  const Dims inner = batched_index(index);
  const int rank = part_of(*Layout::dense(base.shape()), inner).shape.size() - 1;
  return add_at_slice(base, is_batched[1] ? lift(x[1], rank) : x[1], inner);
}

Type Gather::infer(std::span<const Type> x) const {
  return {x[0].dtype, indexed_shape(x[0].shape(), x.subspan(1), axes, behind)};
}

Array Gather::evaluate(std::span<Tensor> x) const {
  (void)infer(types_of(x));
  return kernels::gather(x[0].value, locate(x[0].value, x.subspan(1), axes, behind));
}

Contribution Gather::vjp(std::span<const Var> x, const Var&, const Var& ct, int operand) const {
  if (operand != 0) return {};
  Contribution c(ct);
  c.at = &structural_row_of<AddAt>;
  c.payload = payload_of(AddAt{.axes = axes, .behind = behind});
  c.index.assign(x.begin() + 1, x.end());
  return c;
}

Var Gather::jvp(std::span<const Var> x, const Var&, std::span<const Var> t) const {
  return t[0] ? gather(t[0], x.subspan(1), axes, behind) : Var();
}

Var Gather::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  BatchedIndices block(x.subspan(1), is_batched.subspan(1));
  if (!block.is_batched) return gather(x[0], block.indices, axes, behind);
  const auto in_front = kept_axes(x[0].ndim() - is_batched[0], axes) - behind;
  const Dims all = is_batched[0] ? block.with_batch_axis_first(axes, x[0]) : axes;
  return move_axis(gather(x[0], block.indices, all, behind), static_cast<int>(in_front), 0);
}

Type AddAt::infer(std::span<const Type> x) const {
  check_update("add_at", x[0], x[1], indexed_shape(x[0].shape(), x.subspan(2), axes, behind));
  return x[0];
}

Array AddAt::evaluate(std::span<Tensor> x) const {
  (void)infer(types_of(x));
  const Array update = wg::convert(x[1].value, x[0].dtype());
  Array base = taken(x[0]);
  const kernels::Indexed part = locate(base, x.subspan(2), axes, behind);
  kernels::add_at(base, part, update);
  return base;
}

Contribution AddAt::vjp(std::span<const Var> x, const Var&, const Var& ct, int operand) const {
  if (operand == 0) return ct;
  return operand == 1 ? gather(ct, x.subspan(2), axes, behind) : Var();
}

Var AddAt::jvp(std::span<const Var> x, const Var&, std::span<const Var> t) const {
  if (!t[1]) return t[0];
  return add_at(t[0] ? t[0] : zeros_like(x[0]), t[1], x.subspan(2), axes, behind);
}

Var AddAt::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const Var base = with_batch_axis(x[0], is_batched[0], batch_length(x, is_batched));
  BatchedIndices block(x.subspan(2), is_batched.subspan(2));
  const int rank = base.ndim() - 1, kept = static_cast<int>(kept_axes(rank, axes));
  Var update = is_batched[1] ? lift(x[1], kept + block.rank) : x[1];
  if (!block.is_batched) return add_at(base, update, block.indices, axes, behind);
  // The batch axis becomes the first of the block.
  const int inside = block.rank + static_cast<int>(behind);
  if (is_batched[1]) {
    update = move_axis(update, 0, kept - static_cast<int>(behind));
  } else if (update.ndim() > inside) {
    Shape shape(update.shape());
    shape.insert(shape.size() - inside, 1);
    update = reshape(update, std::move(shape));
  }
  const Dims all = block.with_batch_axis_first(axes, base);
  return add_at(base, update, block.indices, all, behind);
}

Var slice(const Var& x, Dims index) {
  return apply_structural(Slice{.index = std::move(index)}, {x});
}

Var slice_axis(const Var& x, int axis, std::int64_t start, std::int64_t count, std::int64_t step) {
  Dims index;
  for (int i = 0; i < x.ndim() + axis; ++i) basic_index::add_whole(index);
  basic_index::add_slice(index, start, count, step);
  return slice(x, std::move(index));
}

Var add_at_slice(const Var& base, const Var& update, Dims index) {
  return apply_structural(AddAtSlice{.index = std::move(index)}, {base, update});
}

Var gather(const Var& x, std::span<const Var> indices, Dims axes, std::int64_t behind) {
  std::vector<Var> operands{x};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply_structural(Gather{.axes = std::move(axes), .behind = behind}, operands);
}

Var add_at(const Var& base, const Var& update, std::span<const Var> indices, Dims axes,
           std::int64_t behind) {
  std::vector<Var> operands{base, update};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply_structural(AddAt{.axes = std::move(axes), .behind = behind}, operands);
}

Var zeros(Builder& builder, DType dtype, std::span<const std::int64_t> shape) {
  return builder.constant(Array::zeros(dtype, shape));
}

Var with_batch_axis(const Var& x, bool is_batched, std::int64_t n) {
  if (is_batched) return x;
  Shape shape(x.shape());
  shape.insert(0, n);
  return broadcast_to(x, std::move(shape));
}

std::int64_t batch_length(std::span<const Var> x, std::span<const bool> is_batched) {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (is_batched[i]) return x[i].shape()[0];
  }
  return 1;
}

}  // namespace wg
