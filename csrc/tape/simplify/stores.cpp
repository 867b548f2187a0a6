#include "tape/simplify/stores.h"

#include <algorithm>
#include <optional>

#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "tape/simplify/basic_items.h"
#include "tape/simplify/constants.h"
#include "tape/simplify/joined_stores.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t no_store = UINT32_MAX;
// Of an update: until all are there, all are kept, while a store lets each go at once.
constexpr std::int64_t largest_update = 4096;
constexpr std::size_t least_added = 1024;  // elements that are added to at once in the end

bool is_store(const Instruction& instruction) {
  return instruction.primitive == &structural_row_of<SetAtSlice> ||
         instruction.primitive == &structural_row_of<AddAtSlice>;
}

std::int64_t element_bytes(const Type& type) {
  return type.size() * static_cast<std::int64_t>(item_size(type.dtype));
}

class Stores {
 public:
  explicit Stores(Program& program) : program_(program) {}

  bool run() {
    if (std::ranges::none_of(program_.instructions, is_store)) return false;
    find_chains();
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      if (!is_store(program_.instructions[i]) || goes_on_[i] || before_[i] == no_store) continue;
      if (auto joined = joined_chain(i)) joined_.push_back(std::move(*joined));
    }
    // Sums may have got slots for chains that turned out not to fill their array.
    if (joined_.empty()) return is_changed_ || program_.uses.size() != program_.types.size();
    made_.rebuild(joined_);
    return true;
  }

 private:
  /// A store is before another where nobody else uses its result.
  void find_chains() {
    const std::size_t count = program_.instructions.size();
    before_.assign(count, no_store);
    goes_on_.assign(count, false);
    Table<std::uint32_t> maker(program_.types.size(), no_store);
    constant_of_.assign(program_.types.size(), no_store);
    for (std::uint32_t k = 0; k < program_.constants.size(); ++k) {
      constant_of_[program_.constants[k].first] = k;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      const Instruction& store = program_.instructions[i];
      if (!is_store(store)) continue;
      maker[store.result] = i;
      if (store.is_cut) continue;
      Slot& base = program_.operands[store.first_operand];
      std::uint32_t own = maker[base];
      if (own == no_store || program_.uses[base] != 1 ||
          program_.instructions[own].primitive != store.primitive ||
          program_.instructions[own].is_cut) {
        continue;
      }
      goes_on_[own] = true;
      // Of two stores in the same place, nothing is left of the first.
      if (store.primitive == &structural_row_of<SetAtSlice> &&
          index_of(program_.instructions[own]) == index_of(store)) {
        base = program_.operands[program_.instructions[own].first_operand];
        own = before_[own];
        is_changed_ = true;
      }
      before_[i] = own;
    }
  }

  std::optional<Joined> joined_chain(std::uint32_t last) {
    const Instruction& end = program_.instructions[last];
    const bool adds = end.primitive == &structural_row_of<AddAtSlice>;
    std::vector<std::uint32_t> chain;
    for (std::uint32_t i = last; i != no_store; i = before_[i]) chain.push_back(i);
    std::ranges::reverse(chain);
    const Type type = program_.types[end.result];
    const bool is_zero =
        is_plus_zero(program_.operands[program_.instructions[chain[0]].first_operand]);
    // Where there was another number than 0, nothing can be said of what becomes of it.
    const bool is_filled = !adds || (is_inexact(type.dtype) && is_zero);
    if (!is_filled && chain.size() < least_added) return std::nullopt;
    std::vector<Stored> parts;
    int axis = none_yet;
    for (const std::uint32_t i : chain) {
      const Instruction& store = program_.instructions[i];
      const auto runs = runs_of(index_of(store), type.shape());
      if (!runs) return std::nullopt;
      const Slot update = program_.operands[store.first_operand + 1];
      const auto run = one_run(*runs, type.shape(), axis);
      if (!run || run->is_integer != (parts.empty() ? run->is_integer : parts[0].run.is_integer) ||
          !is_plain(program_.types[update], type, *run, axis)) {
        return std::nullopt;
      }
      parts.push_back({*run, update});
    }
    Joined joined{.last = last,
                  .base = program_.operands[program_.instructions[chain[0]].first_operand],
                  .is_flat = axis == every};
    const std::int64_t n =
        joined.is_flat ? type.size() : type.shape()[static_cast<std::size_t>(axis)];
    const std::int64_t from_end = joined.is_flat ? -1 : axis - type.ndim();
    if (parts[0].run.is_integer) {
      joined.primitive = &structural_row_of<Stack>;
      joined.payload = payload_of(Stack{.axis = from_end});
      if (is_filled && stack(parts, n, adds, is_zero, joined)) return joined;
      if (!adds || parts.size() < least_added) return std::nullopt;
      add_in_order(parts, joined);
    } else {
      if (!is_filled) return std::nullopt;
      joined.primitive = &structural_row_of<Concatenate>;
      joined.payload = payload_of(Concatenate{.axis = from_end});
      if (!lie_side_by_side(parts, n, joined)) return std::nullopt;
    }
    return joined;
  }

  struct Stored {
    Run run;
    Slot update;
  };
  static constexpr int none_yet = -1, every = -2;

  /// The run of the one axis, the same in the whole chain, that is not taken whole. Where single
  /// elements are stored, their numbers in C order are as good as an axis.
  static std::optional<Run> one_run(const Runs& runs, std::span<const std::int64_t> shape,
                                    int& axis) {
    std::optional<Run> found;
    std::size_t integers = 0;
    std::int64_t element = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      integers += runs[i].is_integer;
      element = element * shape[i] + runs[i].start;
    }
    if (runs.size() > 1 && integers == runs.size()) {
      if (axis != none_yet && axis != every) return {};
      axis = every;
      return Run{element, 1, 1, true};
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const Run& run = runs[i];
      if (run.is_whole(shape[i])) continue;
      const int k = static_cast<int>(i);
      if (found || (axis != none_yet && axis != k) || (!run.is_integer && run.step != 1)) return {};
      axis = k;
      found = run;
    }
    return found;
  }

  /// Whether the update is a part of the array as it is.
  static bool is_plain(const Type& update, const Type& array, const Run& run, int axis) {
    Shape shape(array.shape());
    if (axis == every) {
      shape = Shape();
    } else if (run.is_integer) {
      shape.erase(axis);
    } else {
      shape[axis] = run.count;
    }
    return update.dtype == array.dtype && !update.is_weak && !array.is_weak &&
           std::ranges::equal(update.shape(), shape) && element_bytes(update) <= largest_update;
  }

  /// Updates in the order of their places. Of several that are stored in one place the last stays;
  /// such as are added are summed in their order. What few places of an array of zeros have none
  /// are 0.
  bool stack(std::span<const Stored> parts, std::int64_t n, bool adds, bool is_zero,
             Joined& joined) {
    const auto count = static_cast<std::int64_t>(parts.size());
    if (n > (is_zero ? 2 * count : count)) return false;
    joined.updates.assign(static_cast<std::size_t>(n), no_store);
    std::int64_t filled = 0;
    for (const Stored& part : parts) {
      Slot& place = joined.updates[static_cast<std::size_t>(part.run.start)];
      filled += place == no_store;
      if (adds && place != no_store) {
        const Slot sum = made_.add_slot(program_.types[place]);
        joined.sums.push_back({place, part.update, sum});
        place = sum;
      } else {
        place = part.update;
      }
    }
    if (filled < n && (!is_zero || 2 * filled < n)) return false;
    if (filled < n) {
      const Slot zeros = made_.zeros_like(program_.types[parts[0].update]);
      std::ranges::replace(joined.updates, no_store, zeros);
    }
    return true;
  }

  /// Updates one after the other: each is added to its place by one operation in the end.
  static void add_in_order(std::span<const Stored> parts, Joined& joined) {
    joined.sums.clear();
    joined.updates.clear();
    for (const Stored& part : parts) {
      joined.updates.push_back(part.update);
      joined.places.push_back(part.run.start);
    }
  }

  static bool lie_side_by_side(std::vector<Stored>& parts, std::int64_t n, Joined& joined) {
    std::ranges::sort(parts, {}, [](const Stored& part) { return part.run.start; });
    std::int64_t next = 0;
    for (const Stored& part : parts) {
      if (part.run.start != next) return false;
      next += part.run.count;
      joined.updates.push_back(part.update);
    }
    return next == n;
  }

  bool is_plus_zero(Slot slot) const {
    const std::uint32_t number = constant_of_[slot];
    if (number == no_store) return false;
    const Array& value = program_.constants[number].second;
    if (uniform_of(value) == Uniform::plus_zero) return true;
    // A chain that fills it is as long.
    const std::span bytes(value.data(),
                          static_cast<std::size_t>(element_bytes(program_.types[slot])));
    return value.is_dense() && !value.is_abstract() && !value.is_borrowed() &&
           std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte(0); });
  }

  Program& program_;
  JoinedStores made_{program_};
  Table<std::uint32_t> constant_of_;  // by slot
  Table<std::uint32_t> before_;       // by instruction: the store that this one goes on from
  std::vector<bool> goes_on_;
  std::vector<Joined> joined_;
  bool is_changed_ = false;
};

}  // namespace

const Dims& index_of(const Instruction& store) {
  const Payload* const payload = store.payload.pointer();
  return store.primitive == &structural_row_of<SetAtSlice>
             ? parameters_of<SetAtSlice>(payload).index
             : parameters_of<AddAtSlice>(payload).index;
}

bool merge_stores(Program& program) { return Stores(program).run(); }

}  // namespace wg::simplify
