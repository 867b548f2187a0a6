#include "tape/simplify/strided.h"

#include <optional>

#include "primitives/indexing.h"
#include "primitives/strided.h"

namespace wg::simplify {
namespace {

/// The parameters of what takes a part, or stores in it.
struct Place {
  const Dims& shape;
  const Dims& strides;
  std::int64_t offset;
};

Place place_of(const Applied& applied) {
  const Payload* const payload = applied.payload.pointer();
  if (applied.role.kind == Kind::as_strided) {
    const auto& part = parameters_of<AsStrided>(payload);
    return {part.shape, part.strides, part.offset};
  }
  if (applied.role.kind == Kind::set_at_strided) {
    const auto& part = parameters_of<SetAtStrided>(payload);
    return {part.shape, part.strides, part.offset};
  }
  const auto& part = parameters_of<AddAtStrided>(payload);
  return {part.shape, part.strides, part.offset};
}

/// Steps along the one axis of x that a stride goes along.
struct Step {
  int axis;
  std::int64_t by;
};

std::optional<Step> step_of(std::int64_t stride, const Dims& steps) {
  for (int axis = 0; axis < steps.size(); ++axis) {
    const std::int64_t by = stride / steps[axis];
    if (by == 0) continue;
    if (by * steps[axis] != stride) return std::nullopt;
    return Step{axis, by};
  }
  return std::nullopt;
}

/// The basic index of x that names the same elements in the same axes; nothing if the part has
/// other axes: a diagonal, or axes in another order.
std::optional<Dims> index_in(const Place& place, std::span<const std::int64_t> x) {
  const Dims steps = dense_strides(x);
  Dims index;
  std::int64_t left = place.offset;
  int axis = 0;  // the next of x
  const auto start_on = [&](int own) {
    const std::int64_t start = left / steps[own];
    left -= start * steps[own];
    return start;
  };
  for (int k = 0; k < place.shape.size(); ++k) {
    const std::int64_t n = place.shape[k];
    if (n == 0) return std::nullopt;
    if (n == 1) {
      basic_index::add_newaxis(index);
      continue;
    }
    const auto step = step_of(place.strides[k], steps);
    if (!step || step->axis < axis) return std::nullopt;
    while (axis < step->axis) basic_index::add_integer(index, start_on(axis++));
    const std::int64_t start = start_on(axis), last = start + (n - 1) * step->by;
    const std::int64_t length = x[static_cast<std::size_t>(axis)];
    if (last < 0 || last >= length) return std::nullopt;
    if (start == 0 && n == length && step->by == 1) {
      basic_index::add_whole(index);
    } else {
      basic_index::add_slice(index, start, n, step->by);
    }
    ++axis;
  }
  while (axis < steps.size()) basic_index::add_integer(index, start_on(axis++));
  return index;
}

}  // namespace

Slot by_basic_index(Draft& draft, const Applied& applied) {
  const auto operands = applied.operands;
  const auto index = index_in(place_of(applied), draft.type(operands[0]).shape());
  if (!index) return nowhere;
  const Setting& setting = applied.setting;
  switch (applied.role.kind) {
    case Kind::as_strided:
      return draft.apply(structural_row_of<Slice>, payload_of(Slice{.index = *index}),
                         {operands[0]}, setting);
    case Kind::set_at_strided:
      return draft.apply(structural_row_of<SetAtSlice>, payload_of(SetAtSlice{.index = *index}),
                         {operands[0], operands[1]}, setting);
    default:
      return draft.apply(structural_row_of<AddAtSlice>, payload_of(AddAtSlice{.index = *index}),
                         {operands[0], operands[1]}, setting);
  }
}

}  // namespace wg::simplify
