#include "tape/simplify/movements.h"

#include <algorithm>

#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "tape/simplify/basic_items.h"

namespace wg::simplify {
namespace {

/// All axes of a transpose, counted from the end.
Dims all_axes(const Dims& axes, int rank) {
  Dims all(rank);
  for (int i = 0; i < rank; ++i) all[i] = i - rank;
  for (int i = 0; i < axes.size(); ++i) all[rank - axes.size() + i] = axes[i];
  return all;
}

/// The same without axes in front that stay where they are.
Dims moving_axes(const Dims& axes) {
  int in_front = 0;
  while (in_front < axes.size() && axes[in_front] == in_front - axes.size()) ++in_front;
  return Dims(std::span<const std::int64_t>(axes).subspan(static_cast<std::size_t>(in_front)));
}

/// Whether these axes of x, in this order, have their elements in the order that they had: but for
/// axes of length one none passes another.
bool keeps_order(const Dims& axes, std::span<const std::int64_t> x) {
  std::int64_t last = -static_cast<std::int64_t>(x.size()) - 1;
  for (const std::int64_t axis : axes) {
    if (x[x.size() + static_cast<std::size_t>(axis)] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

/// No element changes on the way. How the result lies in memory is kept where somebody asks: steps
/// of views multiply and add in one as in several (an axis of length one may have any), but a
/// reshape copies what cannot be seen otherwise.
class Movements {
 public:
  Movements(Draft& draft, const Applied& applied)
      : draft_(draft), applied_(applied), x_(applied.operands[0]) {}

  Slot run() {
    switch (applied_.role.kind) {
      case Kind::reshape:
        return reshape();
      case Kind::broadcast_to:
        return broadcast();
      case Kind::transpose:
        return transpose();
      case Kind::flip:
        return flip();
      case Kind::slice:
        return slice();
      default:
        return nowhere;
    }
  }

 private:
  /// The operand of what made the operand, if that is of this kind.
  Slot behind(Kind kind) const {
    const Instruction* maker = draft_.maker(x_, kind);
    return maker ? draft_.operand(*maker, 0) : nowhere;
  }

  bool is_of_same_shape() const {
    return std::ranges::equal(draft_.type(x_).shape(), applied_.type.shape());
  }
  Slot reshape() {
    if (is_of_same_shape()) return x_;
    const Slot base = behind(Kind::reshape);
    if (base == nowhere || !draft_.lies_well(base, applied_.setting)) return nowhere;
    return draft_.apply(applied_.primitive, applied_.payload, {base}, applied_.setting);
  }

  Slot broadcast() {
    if (is_of_same_shape()) return x_;
    const Slot base = behind(Kind::broadcast_to);
    if (base == nowhere) return nowhere;
    return draft_.apply(applied_.primitive, applied_.payload, {base}, applied_.setting);
  }

  Slot transpose() {
    const int rank = applied_.type.ndim();
    Dims axes = all_axes(parameters_of<Transpose>(applied_.payload.pointer()).axes, rank);
    Slot base = x_;
    if (const Instruction* maker = draft_.maker(x_, Kind::transpose)) {
      const Dims inner = all_axes(parameters_of<Transpose>(maker->payload.pointer()).axes, rank);
      for (std::int64_t& axis : axes) axis = inner[rank + static_cast<int>(axis)];
      base = draft_.operand(*maker, 0);
    }
    axes = moving_axes(axes);
    if (axes.empty()) return base;
    if (applied_.setting.may_lie_otherwise && keeps_order(axes, draft_.type(base).shape())) {
      return draft_.apply(structural_row_of<Reshape>,
                          payload_of(Reshape{.shape = Shape(applied_.type.shape())}), {base},
                          applied_.setting);
    }
    if (base == x_) return nowhere;
    return draft_.apply(applied_.primitive, payload_of(Transpose{.axes = std::move(axes)}), {base},
                        applied_.setting);
  }

  Slot flip() {
    const Dims& axes = parameters_of<Flip>(applied_.payload.pointer()).axes;
    if (axes.empty()) return x_;
    const Instruction* maker = draft_.maker(x_, Kind::flip);
    if (!maker) return nowhere;
    const Dims& inner = parameters_of<Flip>(maker->payload.pointer()).axes;
    Dims left;  // an axis flipped twice is as it was
    const auto keep = [&](const Dims& some, const Dims& others) {
      for (const std::int64_t axis : some) {
        if (std::ranges::find(others, axis) == others.end()) left.push_back(axis);
      }
    };
    keep(axes, inner);
    keep(inner, axes);
    const Slot base = draft_.operand(*maker, 0);
    if (left.empty()) return base;
    return draft_.apply(applied_.primitive, payload_of(Flip{.axes = std::move(left)}), {base},
                        applied_.setting);
  }

  Slot slice() {
    const Dims& index = parameters_of<Slice>(applied_.payload.pointer()).index;
    if (takes_whole(index, draft_.type(x_).shape())) return x_;
    const Instruction* maker = draft_.maker(x_, Kind::slice);
    if (!maker) return nowhere;
    const Slot base = draft_.operand(*maker, 0);
    std::optional<Dims> joined =
        joined_index(parameters_of<Slice>(maker->payload.pointer()).index, index,
                     draft_.type(base).shape(), draft_.type(x_).shape());
    if (!joined) return nowhere;
    return draft_.apply(applied_.primitive, payload_of(Slice{.index = std::move(*joined)}), {base},
                        applied_.setting);
  }

  Draft& draft_;
  const Applied& applied_;
  const Slot x_;
};

}  // namespace

Slot by_movement(Draft& draft, const Applied& applied) { return Movements(draft, applied).run(); }

}  // namespace wg::simplify
