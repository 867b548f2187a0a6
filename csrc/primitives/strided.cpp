#include "primitives/strided.h"

#include <algorithm>
#include <vector>

#include "core/copy.h"
#include "core/error.h"
#include "kernels/gather.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"
#include "primitives/update.h"

namespace wg {
namespace {

/// A part of the elements of an array, by number.
struct Place {
  const Dims& shape;
  const Dims& strides;
  std::int64_t offset;
};

template <class P> Place place_of(const P& primitive) {
  return {primitive.shape, primitive.strides, primitive.offset};
}

bool is_empty(const Place& part) { return std::ranges::count(part.shape, 0) > 0; }

/// Fails unless every element of the part is one of `size`.
void check_inside(std::string_view operation, const Place& part, std::int64_t size) {
  if (part.shape.size() != part.strides.size()) {
    fail<ShapeError>(operation, ": shape is ", part.shape, " and strides are ", part.strides,
                     "; one stride for each axis is needed");
  }
  for (const std::int64_t n : part.shape) {
    if (n < 0) fail<ShapeError>(operation, ": shape is ", part.shape, "; no length is negative");
  }
  if (is_empty(part)) return;
  bool is_inside = 0 <= part.offset && part.offset < size;
  std::int64_t below = part.offset, above = size - 1 - part.offset;  // elements on either side
  for (int k = 0; is_inside && k < part.shape.size(); ++k) {
    const std::int64_t steps = part.shape[k] - 1, stride = part.strides[k];
    if (steps == 0) continue;
    const std::int64_t room = stride < 0 ? below / steps : above / steps;
    is_inside = -room <= stride && stride <= room;
    (stride < 0 ? below : above) -= steps * (stride < 0 ? -stride : stride);
  }
  if (!is_inside) {
    fail<IndexRangeError>(operation, ": shape ", part.shape, ", strides ", part.strides,
                          " and offset ", part.offset, " were given for ", size,
                          " elements; all of the part must lie among them");
  }
}

/// Whether each axis steps over what the axes of smaller strides reach: then no element of the part
/// is named twice.
bool is_distinct(const Place& part) {
  if (is_empty(part)) return true;
  std::vector<std::pair<std::int64_t, std::int64_t>> axes;  // stride and length
  for (int k = 0; k < part.shape.size(); ++k) {
    if (part.shape[k] > 1) axes.emplace_back(std::abs(part.strides[k]), part.shape[k]);
  }
  std::ranges::sort(axes);
  std::int64_t reach = 0;
  for (const auto& [stride, length] : axes) {
    if (stride <= reach) return false;
    reach += stride * (length - 1);
  }
  return true;
}

Type infer_store(std::string_view operation, std::span<const Type> x, const Place& part) {
  check_inside(operation, part, x[0].size());
  if (!is_distinct(part)) {
    fail<ShapeError>(operation, ": shape ", part.shape, " and strides ", part.strides,
                     " may name an element twice");
  }
  check_update(operation, x[0], x[1], part.shape);
  return x[0];
}

void store(kernels::Store how, std::span<const View> x, const View& y, const Place& part) {
  if (y.data != x[0].data) copy_into(x[0], y);
  if (is_empty(part)) return;
  kernels::store_strided(how, y.data + part.offset * y.item(), part.shape, part.strides, x[1]);
}

/// The same part by the strides of x, if no axis of it runs from the end of one of x's axes to the
/// begin of the next.
bool lies_along(const Layout& x, const Place& part, Dims& strides, std::int64_t& offset) {
  const Dims steps = dense_strides(x.shape());
  Dims low(x.ndim()), high(x.ndim());  // of the positions along x's axes
  const auto walk = [&](std::int64_t distance, std::int64_t times) {
    std::int64_t stride = 0;
    for (int k = 0; k < x.ndim(); ++k) {
      const std::int64_t by = distance / steps[k];
      distance -= by * steps[k];
      stride += by * x.strides()[static_cast<std::size_t>(k)];
      (by < 0 ? low : high)[k] += by * times;
    }
    return stride;
  };
  offset = walk(part.offset, 1);
  low = high;
  strides = Dims(part.shape.size());
  for (int k = 0; k < part.shape.size(); ++k) {
    if (part.shape[k] > 1) strides[k] = walk(part.strides[k], part.shape[k] - 1);
  }
  for (int k = 0; k < x.ndim(); ++k) {
    if (low[k] < 0 || high[k] >= x.shape()[static_cast<std::size_t>(k)]) return false;
  }
  return true;
}

/// The same part of each example of a batch of arrays of `size` elements.
template <class P> P batched(const P& one, std::int64_t count, std::int64_t size) {
  P all = one;
  all.shape.insert(0, count);
  all.strides.insert(0, size);
  return all;
}

/// The operands of a batch rule: the base with its batch axis, the update of one rank with the
/// part.
template <class P> Var batched_store(const P& one, std::span<Var> x, std::span<const bool> flags) {
  const std::int64_t n = batch_length(x, flags);
  Var base = with_batch_axis(std::move(x[0]), flags[0], n);
  Var update = std::move(x[1]);
  if (flags[1]) update = lift(update, one.shape.size());
  const std::int64_t size = n == 0 ? 0 : base.size() / n;
  return apply_structural(batched(one, n, size), {std::move(base), std::move(update)});
}

template <class P> Var stored(const P& primitive, Var base, Var update) {
  return apply_structural(primitive, {std::move(base), std::move(update)});
}

template <class P> Var part(const P& p, const Var& x) {
  return apply_structural(AsStrided{.shape = p.shape, .strides = p.strides, .offset = p.offset},
                          {x});
}

}  // namespace

Type AsStrided::infer(std::span<const Type> x) const {
  check_inside(name, place_of(*this), x[0].size());
  return {x[0].dtype, shape};
}

bool AsStrided::view(const Type& x, Viewed& y) const {
  const Place part = place_of(*this);
  check_inside(name, part, x.size());
  if (is_empty(part)) return y.lie(x.dtype, shape, strides);
  const Layout& layout = x.shape_layout();
  if (layout.is_dense()) return y.lie(x.dtype, shape, strides, offset);
  Dims along;
  std::int64_t from;
  return lies_along(layout, part, along, from) && y.lie(x.dtype, shape, along, from);
}

void AsStrided::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  if (is_empty(place_of(*this))) return;
  const std::byte* const first = x[0].data + offset * y.item();
  copy_strided(first, strides, y.data, dense_strides(shape), shape, y.item());
}

/// An axis of stride 0 repeats elements: what comes back for them is added up first. Where parts of
/// the part overlap otherwise, it is added by the elements' numbers.
Contribution AsStrided::vjp(std::span<const Var> x, const Var&, const Var& ct) const {
  Dims once(shape);
  for (int k = 0; k < shape.size(); ++k) {
    if (strides[k] == 0 && shape[k] > 1) once[k] = 1;
  }
  if (!is_distinct({once, strides, offset})) {
    const std::int64_t size[] = {x[0].size()};
    Evaluate evaluated;
    const Var numbers = part(*this, evaluated.constant(numbers_of(size)));
    const Var index[] = {ct.builder->constant(numbers.value())};
    Var sums = add_at(zeros(*ct.builder, ct.dtype(), size), ct, index, {-1}, 0);
    return reshape(std::move(sums), Shape(x[0].shape()));
  }
  Contribution c(sum_to(ct, once));
  c.at = &structural_row_of<AddAtStrided>;
  c.payload =
      payload_of(AddAtStrided{.shape = std::move(once), .strides = strides, .offset = offset});
  return c;
}

Var AsStrided::jvp(std::span<const Var>, const Var&, std::span<Var> t) const {
  return part(*this, t[0]);
}

Var AsStrided::batch(std::span<const Var> x, std::span<const bool>) const {
  const std::int64_t n = x[0].shape()[0];
  return apply_structural(batched(*this, n, n == 0 ? 0 : x[0].size() / n), {x[0]});
}

Type AddAtStrided::infer(std::span<const Type> x) const {
  return infer_store(name, x, place_of(*this));
}

void AddAtStrided::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  store(kernels::Store::add, x, y, place_of(*this));
}

void AddAtStrided::vjp(std::span<const Var>, const Var&, const Var& ct, Wanted wanted,
                       std::span<Contribution> contributions) const {
  if (wanted[0]) contributions[0] = ct;
  if (wanted[1]) contributions[1] = part(*this, ct);
}

Var AddAtStrided::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  if (!t[1]) return std::move(t[0]);
  return stored(*this, t[0] ? std::move(t[0]) : zeros_like(x[0]), std::move(t[1]));
}

Var AddAtStrided::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  return batched_store(*this, x, is_batched);
}

void AddAtStrided::sparsity(std::span<const Tensor> x, const Type& y,
                            Dependence& dependence) const {
  dependence.on_same(0);
  Evaluate evaluated;
  const Var numbers = part(*this, evaluated.constant(dependence.counted(0, y.shape())));
  state_added(x[1], 1, numbers.value(), dependence);
}

Type SetAtStrided::infer(std::span<const Type> x) const {
  return infer_store(name, x, place_of(*this));
}

void SetAtStrided::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  store(kernels::Store::set, x, y, place_of(*this));
}

void SetAtStrided::vjp(std::span<const Var>, const Var&, Var& ct, Wanted wanted,
                       std::span<Contribution> contributions) const {
  if (wanted[1]) contributions[1] = apart(part(*this, ct));
  if (!wanted[0]) return;
  const Var none = literal(0, ct);
  contributions[0] = stored(*this, std::move(ct), none);
}

Var SetAtStrided::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  Var base = t[0] ? std::move(t[0]) : zeros_like(x[0]);
  return stored(*this, std::move(base), t[1] ? std::move(t[1]) : literal(0, y));
}

Var SetAtStrided::batch(std::span<Var> x, std::span<const bool> is_batched) const {
  return batched_store(*this, x, is_batched);
}

}  // namespace wg
