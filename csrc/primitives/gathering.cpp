/// Indexing by arrays of integers: the rules of gather, add_at and set_at.
#include <algorithm>

#include "core/copy.h"
#include "kernels/gather.h"
#include "primitives/axes.h"
#include "primitives/batched_indices.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/last_at.h"
#include "primitives/movement.h"
#include "primitives/selection.h"
#include "primitives/shape.h"
#include "primitives/update.h"

namespace wg {
namespace {

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
  const Shape block = index_block(indices);
  Shape out;
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end())
      out.push_back(shape[static_cast<std::size_t>(i)]);
  }
  const int in_front = out.size() - static_cast<int>(behind);
  for (int k = 0; k < block.size(); ++k) out.insert(in_front + k, block[k]);
  return out;
}

kernels::Indexed locate(const View& x, std::span<const View> indices, const Dims& axes,
                        std::int64_t behind, Workspace& work) {
  kernels::BadIndex bad;
  kernels::Indexed part = kernels::indexed(*x.layout, indices, axes, behind, bad, work);
  if (bad.operand >= 0) {
    const std::int64_t axis = axes[bad.operand] + x.ndim();
    const std::int64_t n = x.shape()[static_cast<std::size_t>(axis)];
    fail<IndexRangeError>("index: ", bad.value, " was given for axis ", axis, " of x, which is ",
                          Dims(x.shape()), "; ", -n, " <= index < ", n, " is needed");
  }
  return part;
}

void store_at(kernels::Store how, std::span<const View> x, const View& y, const Dims& axes,
              std::int64_t behind, Workspace& work) {
  const kernels::Indexed part = locate(y, x.subspan(2), axes, behind, work);
  if (y.data != x[0].data) copy_into(x[0], y);
  kernels::store_at(how, y, part, x[1]);
}

/// The operands of a batch rule of what stores by indices.
struct BatchedStore {
  Var base, update;
  std::vector<Var> indices;
  Dims axes;

  /// Takes the base over.
  BatchedStore(std::span<Var> x, std::span<const bool> is_batched, const Dims& inner,
               std::int64_t behind)
      : axes(inner) {
    const std::int64_t n = batch_length(x, is_batched);
    base = with_batch_axis(std::move(x[0]), is_batched[0], n);
    BatchedIndices block(x.subspan(2), is_batched.subspan(2));
    const int kept = static_cast<int>(kept_axes(base.ndim() - 1, axes));
    update = is_batched[1] ? lift(x[1], kept + block.rank) : x[1];
    if (block.is_batched) {  // the batch axis becomes the first of the block
      const int inside = block.rank + static_cast<int>(behind);
      if (is_batched[1]) {
        update = move_axis(update, 0, kept - static_cast<int>(behind));
      } else if (update.ndim() > inside) {
        Shape shape(update.shape());
        shape.insert(shape.size() - inside, 1);
        update = reshape(update, std::move(shape));
      }
      axes = block.with_batch_axis_first(axes, base);
    }
    indices = std::move(block.indices);
  }
};

bool names_several(std::span<const Var> indices) {
  return std::ranges::any_of(indices, [](const Var& index) { return index.size() > 1; });
}

}  // namespace

Type Gather::infer(std::span<const Type> x) const {
  return {x[0].dtype, indexed_shape(x[0].shape(), x.subspan(1), axes, behind)};
}

void Gather::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  kernels::gather(x[0], locate(x[0], x.subspan(1), axes, behind, work), y);
}

void Gather::add_work(std::span<const View> x, const View&, Work& work) const {
  kernels::add_indexed(*x[0].layout, x.subspan(1), axes, behind, work);
}

void Gather::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                 std::span<Contribution> contributions) const {
  if (!wanted[0]) return;
  Contribution& c = contributions[0];
  c.value = ct;
  c.at = &structural_row_of<AddAt>;
  c.payload = payload_of(AddAt{.axes = axes, .behind = behind});
  c.index.assign(x.begin() + 1, x.end());
}

Var Gather::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
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
  check_update(name, x[0], x[1], indexed_shape(x[0].shape(), x.subspan(2), axes, behind));
  return x[0];
}

void AddAt::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  store_at(kernels::Store::add, x, y, axes, behind, work);
}

void AddAt::add_work(std::span<const View> x, const View& y, Work& work) const {
  kernels::add_indexed(*y.layout, x.subspan(2), axes, behind, work);
}

void AddAt::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = ct;
  if (wanted[1]) contributions[1] = gather(ct, x.subspan(2), axes, behind);
}

Var AddAt::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!t[1]) return std::move(t[0]);
  return add_at(t[0] ? std::move(t[0]) : zeros_like(x[0]), std::move(t[1]), x.subspan(2), axes,
                behind);
}

Var AddAt::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  BatchedStore s(x, is_batched, axes, behind);
  return add_at(std::move(s.base), std::move(s.update), s.indices, s.axes, behind);
}

Type SetAt::infer(std::span<const Type> x) const {
  check_update(name, x[0], x[1], indexed_shape(x[0].shape(), x.subspan(2), axes, behind));
  return x[0];
}

void SetAt::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  store_at(kernels::Store::set, x, y, axes, behind, work);
}

void SetAt::add_work(std::span<const View> x, const View& y, Work& work) const {
  kernels::add_indexed(*y.layout, x.subspan(2), axes, behind, work);
}

void SetAt::vjp(std::span<const Var> x, const Var&, Var& ct, Wanted wanted,
                std::span<Contribution> contributions) const {
  const auto indices = x.subspan(2);
  const Var none = literal(0, ct);
  if (wanted[1]) {
    Var part = gather(ct, indices, axes, behind);
    if (names_several(indices)) {  // of which some may be one element
      const Var stays = last_at(x[0].shape(), indices, axes);
      Shape shape(stays.shape());
      for (int i = 0; i < behind; ++i) shape.push_back(1);
      part = where(reshape(stays, std::move(shape)), part, none);
    }
    contributions[1] = std::move(part);
  }
  if (wanted[0]) contributions[0] = set_at(std::move(ct), none, indices, axes, behind);
}

Var SetAt::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var base = t[0] ? std::move(t[0]) : zeros(*y.builder, y.dtype(), x[0].shape());
  Var update = t[1] ? std::move(t[1]) : literal(0, y);
  return set_at(std::move(base), std::move(update), x.subspan(2), axes, behind);
}

Var SetAt::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  BatchedStore s(x, is_batched, axes, behind);
  return set_at(std::move(s.base), std::move(s.update), s.indices, s.axes, behind);
}

Var gather(const Var& x, std::span<const Var> indices, Dims axes, std::int64_t behind) {
  std::vector<Var> operands{x};
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply_structural(Gather{.axes = std::move(axes), .behind = behind}, std::move(operands));
}

Var add_at(Var base, Var update, std::span<const Var> indices, Dims axes, std::int64_t behind) {
  std::vector<Var> operands;
  operands.reserve(indices.size() + 2);
  operands.push_back(std::move(base));
  operands.push_back(std::move(update));
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply_structural(AddAt{.axes = std::move(axes), .behind = behind}, std::move(operands));
}

Var set_at(Var base, Var update, std::span<const Var> indices, Dims axes, std::int64_t behind) {
  std::vector<Var> operands;
  operands.reserve(indices.size() + 2);
  operands.push_back(std::move(base));
  operands.push_back(std::move(update));
  operands.insert(operands.end(), indices.begin(), indices.end());
  return apply_structural(SetAt{.axes = std::move(axes), .behind = behind}, std::move(operands));
}

void AddAt::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  Evaluate evaluated;
  std::vector<Var> indices;
  bool is_known = true;
  for (const Tensor& index : x.subspan(2)) {
    is_known &= !index.value.is_abstract();
    indices.push_back(evaluated.var(index));
  }
  dependence.on_same(0);
  if (!is_known) return state_all(x[1], 1, y, dependence);
  const Var numbers = evaluated.constant(dependence.counted(0, y.shape()));
  state_added(x[1], 1, gather(numbers, indices, axes, behind).value(), dependence);
}

}  // namespace wg
