#include "tape/simplify/stores.h"

#include <algorithm>
#include <array>
#include <optional>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "tape/simplify/basic_items.h"
#include "tape/simplify/constants.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t no_store = UINT32_MAX;
// Of an update: until all are there, all are kept, while a store lets each go at once.
constexpr std::int64_t largest_update = 4096;

bool is_store(const Instruction& instruction) {
  return instruction.primitive == &structural_row_of<SetAtSlice> ||
         instruction.primitive == &structural_row_of<AddAtSlice>;
}

std::int64_t element_bytes(const Type& type) {
  return type.size() * static_cast<std::int64_t>(item_size(type.dtype));
}

/// What takes the place of a chain's last store.
struct Joined {
  std::uint32_t last;
  Ref<Payload> payload;
  const Primitive* primitive;
  std::vector<Slot> updates;
  bool is_flat = false;                   // of all elements in C order
  std::vector<std::array<Slot, 3>> sums;  // two terms and their sum: updates in the same place
};

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
    rebuild();
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
    if (adds && (!is_inexact(type.dtype) || !is_zero)) return std::nullopt;
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
    Joined joined{.last = last, .is_flat = axis == every};
    const std::int64_t n =
        joined.is_flat ? type.size() : type.shape()[static_cast<std::size_t>(axis)];
    const std::int64_t from_end = joined.is_flat ? -1 : axis - type.ndim();
    if (parts[0].run.is_integer) {
      joined.primitive = &structural_row_of<Stack>;
      joined.payload = payload_of(Stack{.axis = from_end});
      if (!stack(parts, n, adds, is_zero, joined)) return std::nullopt;
    } else {
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
        const Slot sum = add_slot(program_.types[place]);
        joined.sums.push_back({place, part.update, sum});
        place = sum;
      } else {
        place = part.update;
      }
    }
    if (filled < n && (!is_zero || 2 * filled < n)) return false;
    if (filled < n) {
      const Slot zeros = zeros_like(program_.types[parts[0].update]);
      std::ranges::replace(joined.updates, no_store, zeros);
    }
    return true;
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

  /// What joins the updates stands where the last of them was stored.
  void rebuild() {
    std::vector<Instruction> instructions;
    std::vector<Ref<Node>> nodes;
    instructions.reserve(program_.instructions.size() + 2 * joined_.size());
    auto joined = joined_.begin();
    auto reading = program_.readings.begin();
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      for (; reading != program_.readings.end() && reading->before == i; ++reading)
        reading->before = static_cast<std::uint32_t>(instructions.size());
      Instruction& own = program_.instructions[i];
      if (joined == joined_.end() || joined->last != i) {
        instructions.push_back(std::move(own));
        if (!program_.nodes.empty()) nodes.push_back(program_.nodes[i]);
        continue;
      }
      const bool adds = own.primitive == &structural_row_of<AddAtSlice>;
      const Slot result = own.result;
      const Type type = program_.types[result];
      const std::int64_t count[] = {type.size()};
      const Type flat = joined->is_flat ? Type(type.dtype, count) : type;
      const Slot summed = joined->is_flat ? add_slot(flat) : result;
      const Slot stacked = adds ? add_slot(flat) : summed;
      for (const auto& [a, b, sum] : joined->sums) instructions.push_back(sum_of(a, b, sum));
      instructions.push_back(
          instruction(*joined->primitive, joined->payload, joined->updates, stacked));
      // The first update was added to 0, which makes 0 of -0. At the end that comes to the same: of
      // a and b that are not both -0, no sum is -0, and 0 changes no other.
      if (adds) instructions.push_back(sum_of(stacked, zeros_like({type.dtype, nullptr}), summed));
      if (joined->is_flat) {
        instructions.push_back(instruction(structural_row_of<Reshape>,
                                           payload_of(Reshape{.shape = Shape(type.shape())}),
                                           std::span(&summed, 1), result));
      }
      if (!program_.nodes.empty()) nodes.resize(instructions.size(), program_.nodes[i]);
      ++joined;
    }
    for (; reading != program_.readings.end(); ++reading)
      reading->before = static_cast<std::uint32_t>(instructions.size());
    program_.instructions = std::move(instructions);
    program_.nodes = std::move(nodes);
  }

  Instruction instruction(const Primitive& primitive, Ref<Payload> payload,
                          std::span<const Slot> operands, Slot result) {
    const auto first = static_cast<std::uint32_t>(program_.operands.size());
    program_.operands.insert(program_.operands.end(), operands.begin(), operands.end());
    return {&primitive, std::move(payload),
            first,      static_cast<std::uint32_t>(operands.size()),
            result,     1,
            false};
  }

  Slot add_slot(Type type) {
    program_.types.push_back(std::move(type));
    return static_cast<Slot>(program_.types.size() - 1);
  }

  Instruction sum_of(Slot a, Slot b, Slot sum) {
    const Slot terms[] = {a, b};
    return instruction(formula_row<Add>(), nullptr, terms, sum);
  }

  Slot zeros_like(const Type& type) {
    Array zeros = Array::zeros(type.dtype, type.shape());
    const Slot slot = add_slot({type.dtype, zeros.layout_reference()});
    program_.constants.emplace_back(slot, std::move(zeros));
    return slot;
  }

  Program& program_;
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
