#include "primitives/indexing.h"

#include <cstring>

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/gather.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/shape.h"
#include "primitives/update.h"

namespace wg {
namespace {

/// A base with an update stored in its part.
void store_in_slice(kernels::Store how, std::span<const View> x, const View& y, const Dims& index) {
  if (y.data != x[0].data) copy_into(x[0], y);
  const Part part = part_of(*y.layout, index);
  kernels::store_strided(how, y.data + part.offset * y.item(), part.shape, part.strides, x[1]);
}

/// Whether a base is an array in memory that nobody else sees.
bool is_own(const Array& base) {
  return base.has_block() && !base.is_weak() && !base.has_mark() && base.is_writable_alone();
}

/// The one element that an index names in memory that nobody else sees; null if there is none.
std::byte* own_element(Array& base, const Dims& index) {
  if (!is_own(base)) return nullptr;
  const std::int64_t at = element_of(base.layout(), index);
  if (at < 0) return nullptr;
  return base.mutable_data() + at * static_cast<std::int64_t>(item_size(base.dtype()));
}

/// A number of the base's dtype, or a Python number that becomes one.
bool read_number(const Array& update, DType dtype, std::byte* element) {
  if (!update.is_scalar() || update.has_mark()) return false;
  if (update.dtype() == dtype) {
    copy_element(dtype, update.data(), element);
  } else if (dtype == DType::float64 && update.dtype() == DType::int64) {
    const auto number = static_cast<double>(update.item<std::int64_t>());
    std::memcpy(element, &number, sizeof number);
  } else {
    return false;
  }
  return true;
}

/// Stores an update of the base's dtype in a part of memory that nobody else sees.
bool put_in_part(kernels::Store how, Array& base, const Array& update, const Dims& index) {
  if (!is_own(base) || !base.is_dense() || update.has_mark() || update.is_abstract() ||
      update.dtype() != base.dtype()) {
    return false;
  }
  const Part part = part_of(base.layout(), index);
  if (!broadcasts_to(update.shape(), part.shape)) return false;
  const auto item = static_cast<std::int64_t>(item_size(base.dtype()));
  kernels::store_strided(how, base.mutable_data() + part.offset * item, part.shape, part.strides,
                         view_of(update));
  return true;
}

/// The operands of a batch rule: the base with its batch axis, the update of one rank with the
/// part.
struct BatchedIndexStore {
  Var base, update;
  Dims index;

  /// Takes the operands over.
  BatchedIndexStore(std::span<Var> x, std::span<const bool> is_batched, const Dims& inner)
      : index(batched_index(inner)) {
    const std::int64_t n = batch_length(x, is_batched);
    base = with_batch_axis(std::move(x[0]), is_batched[0], n);
    update = std::move(x[1]);
    const int rank = part_of(*Layout::dense(base.shape()), index).shape.size() - 1;
    if (is_batched[1]) update = lift(update, rank);
  }
};

}  // namespace

Type Slice::infer(std::span<const Type> x) const {
  return {x[0].dtype, part_of(x[0].shape_layout(), index).shape};
}

bool Slice::view(const Type& x, Viewed& y) const {
  if (const std::int64_t at = element_of(x.shape_layout(), index); at >= 0) {
    y.type.dtype = x.dtype;
    y.offset = at;
    return true;
  }
  const Part part = part_of(x.shape_layout(), index);
  return y.lie(x.dtype, part.shape, part.strides, part.offset);
}

Contribution Slice::vjp(std::span<const Var>, const Var&, const Var& ct) const {
  Contribution c(ct);
  c.at = &structural_row_of<AddAtSlice>;
  c.payload = payload_of(AddAtSlice{.index = index});
  return c;
}

Var Slice::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return slice(t[0], index);
}

Var Slice::batch(std::span<const Var> x, std::span<const bool>) const {
  return slice(x[0], batched_index(index));
}

Type AddAtSlice::infer(std::span<const Type> x) const {
  check_update(name, x[0], x[1], part_of(x[0].shape_layout(), index).shape);
  return x[0];
}

void AddAtSlice::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  store_in_slice(kernels::Store::add, x, y, index);
}

bool AddAtSlice::put(Array& base, const Array& update) const {
  double both[2];
  std::byte* const element = base.dtype() == DType::float64 && update.dtype() == DType::float64
                                 ? own_element(base, index)
                                 : nullptr;
  if (!element || !read_number(update, DType::float64, reinterpret_cast<std::byte*>(&both[1]))) {
    return put_in_part(kernels::Store::add, base, update, index);
  }
  std::memcpy(&both[0], element, sizeof both[0]);
  both[0] += both[1];
  std::memcpy(element, &both[0], sizeof both[0]);
  return true;
}

void AddAtSlice::vjp(std::span<const Var>, const Var&, const Var& ct, Wanted wanted,
                     std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = ct;
  if (wanted[1]) contributions[1] = slice(ct, index);
}

Var AddAtSlice::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!t[1]) return std::move(t[0]);
  return add_at_slice(t[0] ? std::move(t[0]) : zeros_like(x[0]), std::move(t[1]), index);
}

Var AddAtSlice::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  BatchedIndexStore operands(x, is_batched, index);
  return add_at_slice(std::move(operands.base), std::move(operands.update), operands.index);
}

Type SetAtSlice::infer(std::span<const Type> x) const {
  check_update(name, x[0], x[1], part_of(x[0].shape_layout(), index).shape);
  return x[0];
}

void SetAtSlice::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  store_in_slice(kernels::Store::set, x, y, index);
}

bool SetAtSlice::put(Array& base, const Array& update) const {
  std::byte* const element = own_element(base, index);
  if (element && read_number(update, base.dtype(), element)) return true;
  return put_in_part(kernels::Store::set, base, update, index);
}

bool SetAtSlice::take_out(Array& ct, Array& part) const {
  std::byte* const element = own_element(ct, index);
  if (!element) return false;
  part = Array::scalar_from(ct.dtype(), element);
  std::memset(element, 0, item_size(ct.dtype()));
  return true;
}

void SetAtSlice::vjp(std::span<const Var>, const Var&, Var& ct, Wanted wanted,
                     std::span<Contribution> contributions) const {
  if (wanted[1]) contributions[1] = apart(slice(ct, index));
  if (!wanted[0]) return;
  Var none = literal(0, ct);
  contributions[0] = set_at_slice(std::move(ct), std::move(none), index);
}

Var SetAtSlice::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var base = t[0] ? std::move(t[0]) : zeros(*y.builder, y.dtype(), x[0].shape());
  return set_at_slice(std::move(base), t[1] ? std::move(t[1]) : literal(0, y), index);
}

Var SetAtSlice::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  BatchedIndexStore operands(x, is_batched, index);
  return set_at_slice(std::move(operands.base), std::move(operands.update), operands.index);
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

Var add_at_slice(Var base, Var update, Dims index) {
  return apply_structural(AddAtSlice{.index = std::move(index)},
                          {std::move(base), std::move(update)});
}

Var set_at_slice(Var base, Var update, Dims index) {
  return apply_structural(SetAtSlice{.index = std::move(index)},
                          {std::move(base), std::move(update)});
}

/// A number has no memory that it could share.
Var apart(Var part) {
  if (part.tensor.value.ndim() == 0) return part;
  return apply(Positive{}, std::move(part));
}

Var zeros(Builder& builder, DType dtype, std::span<const std::int64_t> shape) {
  return builder.constant(Array::zeros(dtype, shape));
}

Var with_batch_axis(Var x, bool is_batched, std::int64_t n) {
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

void AddAtSlice::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  dependence.on_same(0);
  Evaluate evaluated;
  const Var part = slice(evaluated.constant(dependence.counted(0, y.shape())), index);
  state_added(x[1], 1, part.value(), dependence);
}

}  // namespace wg
