#include "tape/simplify/parts.h"

#include <algorithm>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "tape/simplify/basic_items.h"
#include "tape/simplify/stores.h"

namespace wg::simplify {
namespace {

constexpr int most_stores = 4;  // that are looked through, so that the time stays linear

class Parts {
 public:
  Parts(Draft& draft, const Applied& applied) : draft_(draft), applied_(applied) {}

  Slot run() {
    switch (applied_.role.kind) {
      case Kind::slice:
        return part();
      case Kind::set_at_slice:
        return overwritten();
      default:
        return nowhere;
    }
  }

 private:
  /// What was stored, if it has the result's shape, or broadcast to it. Elements are copied.
  Slot stored(Slot update) {
    const Type& type = draft_.type(update);
    if (type.dtype != applied_.type.dtype || type.is_weak) return nowhere;
    if (std::ranges::equal(type.shape(), applied_.type.shape())) {
      return draft_.lies_well(update, applied_.setting) ? update : nowhere;
    }
    if (!applied_.setting.may_lie_otherwise) return nowhere;
    return draft_.apply(structural_row_of<BroadcastTo>,
                        payload_of(BroadcastTo{.shape = Shape(applied_.type.shape())}), {update},
                        applied_.setting);
  }

  /// The part that is read, where it was stored as a whole and only others have been since. An
  /// older array never comes to stand for a newer one: it would have to be kept, and the stores
  /// after it could not be made in its memory.
  Slot part() {
    const Dims& index = parameters_of<Slice>(applied_.payload.pointer()).index;
    Slot base = applied_.operands[0];
    if (const Instruction* joined = draft_.maker(base, Kind::joins)) return joined_part(*joined);
    for (int k = 0; k < most_stores; ++k) {
      const Instruction* store = draft_.maker(base);
      if (!store) return nowhere;
      const Kind kind = role_of(*store->primitive).kind;
      if (kind != Kind::set_at_slice && kind != Kind::add_at_slice) return nowhere;
      const Slot before = draft_.operand(*store, 0), update = draft_.operand(*store, 1);
      if (index_of(*store) == index) {
        return kind == Kind::set_at_slice ? stored(update) : added(before, update);
      }
      const auto shape = draft_.type(base).shape();
      const auto runs = runs_of(index, shape), others = runs_of(index_of(*store), shape);
      if (!runs || !others || !are_apart(*runs, *others)) return nowhere;
      base = before;
    }
    return nowhere;
  }

  /// An update was added to a constant, zeros as a rule, of which nobody has to keep more than the
  /// part. It is added in the same order, so -0 becomes 0, as it did.
  Slot added(Slot before, Slot update) {
    const Type& type = draft_.type(update);
    const bool is_plain = type.dtype == applied_.type.dtype && !type.is_weak &&
                          type.dtype != DType::boolean && draft_.constant(before);
    if (!is_plain) return nowhere;
    const Slot part =
        draft_.apply(applied_.primitive, applied_.payload, {before}, applied_.setting);
    return draft_.apply(formula_row<Add>(), nullptr, {part, update}, applied_.setting);
  }

  /// One of the arrays that were stacked.
  Slot joined_part(const Instruction& stack) {
    if (stack.primitive != &structural_row_of<Stack>) return nowhere;
    const auto shape = draft_.type(applied_.operands[0]).shape();
    const auto runs = runs_of(parameters_of<Slice>(applied_.payload.pointer()).index, shape);
    if (!runs) return nowhere;
    const std::int64_t axis = parameters_of<Stack>(stack.payload.pointer()).axis;
    const std::size_t at = shape.size() + static_cast<std::size_t>(axis);
    for (std::size_t k = 0; k < runs->size(); ++k) {
      if (k == at ? !(*runs)[k].is_integer : !(*runs)[k].is_whole(shape[k])) return nowhere;
    }
    return stored(draft_.operand(stack, static_cast<std::size_t>((*runs)[at].start)));
  }

  /// A store over all there is leaves the update alone.
  Slot overwritten() {
    const Dims& index = parameters_of<SetAtSlice>(applied_.payload.pointer()).index;
    return takes_whole(index, applied_.type.shape()) ? stored(applied_.operands[1]) : nowhere;
  }

  Draft& draft_;
  const Applied& applied_;
};

}  // namespace

Slot by_parts(Draft& draft, const Applied& applied) { return Parts(draft, applied).run(); }

}  // namespace wg::simplify
