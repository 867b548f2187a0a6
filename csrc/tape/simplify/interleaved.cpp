#include "tape/simplify/interleaved.h"

#include <algorithm>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "tape/simplify/lattices.h"

namespace wg::simplify {
namespace {

constexpr std::int64_t shortest_list = 4096;  // of indices, that is looked at

class Interleaving {
 public:
  Interleaving(Draft& draft, const Applied& applied) : draft_(draft), applied_(applied) {}

  Slot run() {
    const bool is_sum = applied_.role.kind == Kind::add_at;
    const Slot x = applied_.operands[0];
    const std::size_t index = is_sum ? 2 : 1;
    const Type& type = draft_.type(x);
    if (type.ndim() != 1 || type.is_weak || applied_.operands.size() != index + 1) return nowhere;
    const auto lattices = lattices_in(applied_.operands[index], length(x));
    if (!lattices) return nowhere;
    return is_sum ? sum(x, applied_.operands[1], *lattices) : taken(x, *lattices);
  }

 private:
  /// Columns that take turns in an array, or one that is a part of it.
  struct Part {
    std::int64_t begin, rows;
    std::vector<Slot> columns;

    std::int64_t size() const { return rows * static_cast<std::int64_t>(columns.size()); }
  };

  std::int64_t length(Slot slot) const { return draft_.type(slot).size(); }

  /// Of one index array, if it is a constant that names places of an axis counted from the first.
  std::optional<std::vector<Lattice>> lattices_in(Slot index, std::int64_t length) const {
    const Array* const value = draft_.constant(index);
    const bool is_list = value && value->dtype() == DType::int64 && value->ndim() == 1 &&
                         value->is_dense() && value->size() >= shortest_list;
    if (!is_list) return std::nullopt;
    const std::span places(value->data<std::int64_t>(), static_cast<std::size_t>(value->size()));
    const auto is_inside = [&](std::int64_t place) { return place >= 0 && place < length; };
    if (!std::ranges::all_of(places, is_inside)) return std::nullopt;
    auto lattices = lattices_of(places);
    const auto stays = [](const Progression& own) { return own.step == 0; };
    const auto has_one = [&](const Lattice& own) {
      return std::ranges::any_of(own.columns, stays);
    };
    if (lattices && std::ranges::any_of(*lattices, has_one)) return std::nullopt;
    return lattices;
  }

  Slot apply(const Primitive& primitive, Ref<Payload> payload, std::span<const Slot> operands) {
    return draft_.apply(primitive, std::move(payload), operands, applied_.setting);
  }

  /// What was joined along the only axis, if its parts are of one dtype.
  const Instruction* joined(Slot x) const {
    const Instruction* const maker = draft_.maker(x, Kind::joins);
    if (!maker || maker->is_cut || maker->primitive != &structural_row_of<Concatenate>)
      return nullptr;
    return are_alike(*maker) ? maker : nullptr;
  }
  /// What was stacked along the last axis and is seen as one.
  const Instruction* interleaved(Slot x) const {
    const Instruction* const maker = draft_.maker(x, Kind::reshape);
    if (!maker || maker->is_cut) return nullptr;
    const Instruction* const stack = draft_.maker(draft_.operand(*maker, 0), Kind::joins);
    if (!stack || stack->is_cut || stack->primitive != &structural_row_of<Stack> ||
        draft_.type(stack->result).ndim() != 2 ||
        parameters_of<Stack>(stack->payload.pointer()).axis != -1)
      return nullptr;
    return are_alike(*stack) ? stack : nullptr;
  }
  bool are_alike(const Instruction& join) const {
    const DType dtype = draft_.type(join.result).dtype;
    for (std::size_t k = 0; k < join.operand_count; ++k) {
      const Type& own = draft_.type(draft_.operand(join, k));
      if (own.dtype != dtype || own.is_weak || own.ndim() != 1) return false;
    }
    return true;
  }

  /// Goes to the part of what was joined that has all of the places; false if there is none.
  bool go_to_part(Slot& x, Progression& places) const {
    const Instruction* const join = joined(x);
    if (!join) return false;
    std::int64_t begin = 0;
    for (std::size_t k = 0; k < join->operand_count; ++k) {
      const Slot part = draft_.operand(*join, k);
      const std::int64_t end = begin + length(part);
      if (std::min(places.first, places.last()) >= begin &&
          std::max(places.first, places.last()) < end) {
        x = part;
        places.first -= begin;
        return true;
      }
      begin = end;
    }
    return false;
  }
  /// The same of a column.
  bool go_to_column(Slot& x, Progression& places) const {
    const Instruction* const stack = interleaved(x);
    if (!stack || places.step % static_cast<std::int64_t>(stack->operand_count) != 0) return false;
    const std::int64_t columns = stack->operand_count;
    x = draft_.operand(*stack, static_cast<std::size_t>(places.first % columns));
    places = {places.first / columns, places.step / columns, places.count};
    return true;
  }

  /// The places of a progression, of what they were joined from.
  Slot taken(Slot x, Progression places) {
    while (go_to_part(x, places) || go_to_column(x, places)) {
    }
    if (places.first == 0 && places.step == 1 && places.count == length(x)) return x;
    Dims index;
    basic_index::add_slice(index, places.first, places.count, places.step);
    return apply(structural_row_of<Slice>, payload_of(Slice{.index = std::move(index)}),
                 std::span(&x, 1));
  }

  Slot taken(Slot x, const std::vector<Lattice>& lattices) {
    // A slice of what may be an operand has no memory of its own.
    if (lattices.size() == 1 && lattices[0].columns.size() == 1) {
      const Slot slot = taken(x, lattices[0].columns[0]);
      return draft_.lies_well(slot, applied_.setting) ? slot : nowhere;
    }
    std::vector<Part> parts;
    for (const Lattice& lattice : lattices) {
      Part part{lattice.begin, lattice.columns[0].count, {}};
      for (const Progression& places : lattice.columns) part.columns.push_back(taken(x, places));
      parts.push_back(std::move(part));
    }
    return together(parts);
  }

  Slot together(const std::vector<Part>& parts) {
    std::vector<Slot> joined;
    for (const Part& part : parts) {
      if (part.columns.size() == 1) {
        joined.push_back(part.columns[0]);
        continue;
      }
      const Slot stack =
          apply(structural_row_of<Stack>, payload_of(Stack{.axis = -1}), part.columns);
      joined.push_back(apply(structural_row_of<Reshape>,
                             payload_of(Reshape{.shape = Shape({part.size()})}),
                             std::span(&stack, 1)));
    }
    if (joined.size() == 1) return joined[0];
    return apply(structural_row_of<Concatenate>, payload_of(Concatenate{.axis = -1}), joined);
  }

  std::vector<Part> parts_of(Slot x) const {
    std::vector<Part> parts;
    std::int64_t begin = 0;
    const auto add = [&](Slot part) {
      const Instruction* const stack = interleaved(part);
      if (!stack) {
        parts.push_back({begin, length(part), {part}});
      } else {
        parts.push_back({begin, draft_.type(stack->result).shape()[0], {}});
        for (std::size_t k = 0; k < stack->operand_count; ++k)
          parts.back().columns.push_back(draft_.operand(*stack, k));
      }
      begin += length(part);
    };
    const Instruction* const join = joined(x);
    if (!join) add(x);
    for (std::size_t k = 0; join && k < join->operand_count; ++k) add(draft_.operand(*join, k));
    return parts;
  }

  /// Columns are added to columns before they are brought side by side. Where one is added to
  /// twice by one lattice, the order of its elements is not that of columns.
  Slot sum(Slot x, Slot update, const std::vector<Lattice>& lattices) {
    if (!draft_.is_real(x) || !is_same_type(draft_.type(x), applied_.type) ||
        draft_.type(update).dtype != applied_.type.dtype || draft_.type(update).is_weak ||
        draft_.type(update).ndim() != 1)
      return nowhere;
    std::vector<Part> parts = parts_of(x);
    for (const Lattice& lattice : lattices) {
      std::vector<Slot*> added;
      for (std::size_t c = 0; c < lattice.columns.size(); ++c) {
        const std::int64_t begin = lattice.begin + static_cast<std::int64_t>(c);
        const auto turns = static_cast<std::int64_t>(lattice.columns.size());
        if (!add(lattice.columns[c], {begin, turns, 0}, update, parts, added)) return nowhere;
      }
      std::ranges::sort(added);
      if (std::ranges::adjacent_find(added) != added.end()) return nowhere;
    }
    return together(parts);
  }

  /// Adds the update's elements from `from.first` on, `from.step` apart, to whole columns.
  bool add(const Progression& places, const Progression& from, Slot update,
           std::vector<Part>& parts, std::vector<Slot*>& added) {
    const auto is_behind = [&](const Part& part) {
      return places.first < part.begin + part.size();
    };
    const auto part = std::ranges::find_if(parts, is_behind);
    const auto columns = static_cast<std::int64_t>(part->columns.size());
    const std::int64_t first = places.first - part->begin, step = places.step;
    if (step < 1 || columns % step != 0 || first >= step) return false;
    const std::int64_t turns = columns / step;
    if (places.count != turns * part->rows) return false;
    for (std::int64_t k = 0; k < turns; ++k) {
      Slot& column = part->columns[static_cast<std::size_t>(first + k * step)];
      const Slot own = taken(update, {from.first + k * from.step, turns * from.step, part->rows});
      const Slot both[] = {column, own};
      column = apply(formula_row<Add>(), nullptr, both);
      added.push_back(&column);
    }
    return true;
  }

  Draft& draft_;
  const Applied& applied_;
};

}  // namespace

Slot by_interleaving(Draft& draft, const Applied& applied) {
  return Interleaving(draft, applied).run();
}

}  // namespace wg::simplify
