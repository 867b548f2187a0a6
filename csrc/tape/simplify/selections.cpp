#include "tape/simplify/selections.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "primitives/basic_index.h"
#include "primitives/indexing.h"
#include "tape/simplify/asking.h"
#include "tape/simplify/basic_items.h"
#include "tape/simplify/kept_axes.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t none = UINT32_MAX;
constexpr double least = 1024;  // elements to be saved

/// Some elements of an axis of `n`: those that an index names, or those of a run.
struct Selection {
  Slot index = none;
  Run run{0, 0, 1, false};
  std::int64_t n = 0, count = 0;
  bool is_worth_it = true;
  double saved = 0, added = 0;  // elements that are not computed, and those that are selected

  auto key() const { return std::tuple(index, run.start, run.step, n, count); }
};

/// What is wanted of a value: nothing, all of it, or a selection of one axis.
struct Wanted {
  enum class What : std::uint8_t { nothing, all, some };
  What what = What::nothing;
  std::uint32_t selection = 0;
  Axis axis = 0;

  bool is_some() const { return what == What::some; }
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

constexpr Wanted all{Wanted::What::all, 0, 0};

class Selections {
 public:
  explicit Selections(Program& program) : program_(program) {}

  bool run() {
    find_selections();
    if (selections_.empty()) return false;
    // One that is not worth it may have been in the way of another.
    for (int tries = 0; tries < 4; ++tries) {
      find_wanted();
      if (!are_worth_it()) continue;
      if (std::ranges::none_of(selections_, &Selection::is_worth_it)) return false;
      rebuild();
      return true;
    }
    return false;
  }

 private:
  /// Those that take at most three quarters of an axis of a large value.
  void find_selections() {
    Table<std::uint8_t> is_constant(program_.types.size(), false);
    for (const auto& [slot, value] : program_.constants) is_constant[slot] = true;
    const Table<std::uint8_t> is_asked = asked_in(program_);
    maker_.assign(program_.types.size(), none);
    std::map<decltype(Selection().key()), std::uint32_t> numbers;
    roots_.assign(program_.instructions.size(), Wanted());
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      const Instruction& instruction = program_.instructions[i];
      maker_[instruction.result] = static_cast<std::uint32_t>(i);
      const bool is_slice = instruction.primitive == &structural_row_of<Slice>;
      if (!is_slice && instruction.primitive != &structural_row_of<Gather>) continue;
      const auto slots = program_.operands_of(instruction);
      if (instruction.is_cut) continue;
      // What may be out of range stays where it is.
      if (!is_slice && (slots.size() != 2 || !is_constant[slots[1]])) continue;
      Selection own;
      const Axis axis = is_slice ? run_of(instruction, own) : index_of(instruction, own);
      if (axis == 0 || own.count == 0 || 4 * own.count > 3 * own.n) continue;
      if (is_asked[instruction.result] && !lies_alike(instruction, own, axis)) continue;
      const auto next = static_cast<std::uint32_t>(selections_.size());
      const auto [found, is_new] = numbers.try_emplace(own.key(), next);
      if (is_new) selections_.push_back(own);
      roots_[i] = {Wanted::What::some, found->second, axis};
    }
  }

  /// Whether what is selected lies in memory as it will when it is computed.
  bool lies_alike(const Instruction& root, const Selection& selection, Axis axis) const {
    const Slot x = program_.operands_of(root)[0];
    if (maker_[x] == none || program_.instructions[maker_[x]].primitive->view) return false;
    if (selection.index != none) return true;
    const auto shape = program_.types[x].shape();
    return selection.run.step == 1 &&
           element_count(shape.first(
               shape.size() + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(axis)))) == 1;
  }

  /// The axis that a slice takes a run of; 0 if it is none, or several.
  Axis run_of(const Instruction& slice, Selection& selection) const {
    const auto shape = program_.types[program_.operands_of(slice)[0]].shape();
    const auto runs = runs_of(parameters_of<Slice>(slice.payload.pointer()).index, shape);
    if (!runs) return 0;
    Axis axis = 0;
    for (std::size_t k = 0; k < runs->size(); ++k) {
      const Run& run = (*runs)[k];
      if (run.is_whole(shape[k])) continue;
      if (axis != 0 || run.is_integer) return 0;
      axis = static_cast<Axis>(k) - static_cast<Axis>(shape.size());
      selection.run = run;
      selection.n = shape[k];
      selection.count = run.count;
    }
    return axis;
  }

  /// The same of a gather, if its axis stays where it is.
  Axis index_of(const Instruction& gather, Selection& selection) const {
    const auto& parameters = parameters_of<Gather>(gather.payload.pointer());
    const auto slots = program_.operands_of(gather);
    const auto axis = static_cast<Axis>(parameters.axes[0]);
    if (parameters.behind != -axis - 1 || program_.types[slots[1]].ndim() != 1) return 0;
    selection.index = slots[1];
    selection.n = program_.types[slots[0]].shape().end()[axis];
    selection.count = program_.types[slots[1]].size();
    return axis;
  }

  void find_wanted() {
    wanted_.assign(program_.types.size(), Wanted());
    const auto whole = [&](Slot slot) { wanted_[slot] = all; };
    std::ranges::for_each(program_.results, whole);
    std::ranges::for_each(program_.inputs, whole);
    for (const Reading& reading : program_.readings) whole(reading.slot);
    for (const auto& [slot, value] : program_.constants) whole(slot);
    for (std::size_t i = program_.instructions.size(); i-- > 0;) {
      const Instruction& instruction = program_.instructions[i];
      const auto slots = program_.operands_of(instruction);
      Wanted& own = wanted_[instruction.result];
      const bool passes_on = own.is_some() && passes(instruction, own);
      if (!passes_on) {
        for (Slot k = 0; k < instruction.result_count; ++k) whole(instruction.result + k);
      }
      for (std::size_t k = 0; k < slots.size(); ++k) {
        const bool selects =
            k == 0 && roots_[i].is_some() && selections_[roots_[i].selection].is_worth_it;
        want(slots[k], passes_on ? of_operand(instruction, k) : selects ? roots_[i] : all);
      }
    }
  }

  void want(Slot slot, const Wanted& wanted) {
    Wanted& before = wanted_[slot];
    if (before.what == Wanted::What::nothing)
      before = wanted;
    else if (before != wanted)
      before = all;
  }

  bool passes(const Instruction& instruction, const Wanted& wanted) const {
    const Primitive& primitive = *instruction.primitive;
    const DType dtype = program_.types[instruction.result].dtype;
    if (primitive.is_compound || (primitive.is_fallible && is_integral(dtype))) return false;
    const std::int64_t count = selections_[wanted.selection].count;
    for (std::size_t k = 0; k < instruction.operand_count; ++k) {
      if (!axis_in_operand(program_, instruction, k, wanted.axis, count)) return false;
    }
    return instruction.operand_count > 0;
  }

  /// What an instruction of which a selection is wanted wants of an operand.
  Wanted of_operand(const Instruction& instruction, std::size_t k) const {
    const Wanted& own = wanted_[instruction.result];
    const std::int64_t count = selections_[own.selection].count;
    const Axis axis = *axis_in_operand(program_, instruction, k, own.axis, count);
    return axis == 0 ? all : Wanted{own.what, own.selection, axis};
  }

  /// Whether all are that still were; the others are left where they are.
  bool are_worth_it() {
    for (Selection& selection : selections_) selection.saved = selection.added = 0;
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      const Instruction& instruction = program_.instructions[i];
      const auto slots = program_.operands_of(instruction);
      const Wanted& own = wanted_[instruction.result];
      if (own.is_some()) {
        Selection& selection = selections_[own.selection];
        const double left = share(selection);
        selection.saved += (1 - left) * work(instruction);
        for (std::size_t k = 0; k < slots.size(); ++k) {
          if (is_selected_before(slots[k], of_operand(instruction, k)))
            selection.added += left * static_cast<double>(program_.types[slots[k]].size());
        }
      } else if (roots_[i].is_some() && wanted_[slots[0]] == roots_[i]) {
        const double size = static_cast<double>(program_.types[instruction.result].size());
        selections_[roots_[i].selection].saved += size;
      }
    }
    bool are_all = true;
    for (Selection& selection : selections_) {
      if (!selection.is_worth_it || selection.saved > selection.added + least) continue;
      selection.is_worth_it = are_all = false;
    }
    return are_all;
  }

  static double share(const Selection& selection) {
    return static_cast<double>(selection.count) / static_cast<double>(selection.n);
  }

  /// Of which the instruction reads or writes so many elements, if it does anything.
  double work(const Instruction& instruction) const {
    if (instruction.primitive->view) return 0;
    std::int64_t size = program_.types[instruction.result].size();
    for (const Slot slot : program_.operands_of(instruction))
      size = std::max(size, program_.types[slot].size());
    return static_cast<double>(size);
  }

  /// Whether a selection is to be taken of a value that is there as a whole.
  bool is_selected_before(Slot slot, const Wanted& wanted) const {
    return wanted.is_some() && wanted_[slot] != wanted;
  }

  void rebuild() {
    types_ = program_.types;
    now_.resize(types_.size());
    std::iota(now_.begin(), now_.end(), Slot{0});
    instructions_.reserve(program_.instructions.size());
    operands_.reserve(program_.operands.size());
    auto reading = program_.readings.begin();
    const auto place_readings = [&](std::size_t before) {
      for (; reading != program_.readings.end() && reading->before == before; ++reading) {
        reading->before = static_cast<std::uint32_t>(instructions_.size());
        reading->slot = now_[reading->slot];
      }
    };
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      place_readings(i);
      add(i);
    }
    place_readings(program_.instructions.size());
    for (Slot& slot : program_.results) slot = now_[slot];
    program_.types = std::move(types_);
    program_.instructions = std::move(instructions_);
    program_.operands = std::move(operands_);
    program_.nodes = std::move(nodes_);
  }

  void add(std::size_t i) {
    const Instruction& instruction = program_.instructions[i];
    const auto slots = program_.operands_of(instruction);
    const Wanted& own = wanted_[instruction.result];
    if (!own.is_some() && roots_[i].is_some() && wanted_[slots[0]] == roots_[i]) {
      now_[instruction.result] = now_[slots[0]];
      return;
    }
    std::vector<Slot> operands(slots.size());
    for (std::size_t k = 0; k < slots.size(); ++k) {
      const Wanted wanted = own.is_some() ? of_operand(instruction, k) : all;
      operands[k] =
          is_selected_before(slots[k], wanted) ? selected(i, slots[k], wanted) : now_[slots[k]];
    }
    Instruction made = instruction;
    if (own.is_some()) {
      made.payload = with_fewer(program_, instruction, own.axis, selections_[own.selection].count);
      types_[made.result] = inferred(*made.primitive, made.payload, operands);
    }
    append(i, std::move(made), operands);
  }

  Slot selected(std::size_t i, Slot slot, const Wanted& wanted) {
    const auto [found, is_new] = selected_.try_emplace({slot, wanted.selection, wanted.axis},
                                                       static_cast<Slot>(types_.size()));
    if (!is_new) return found->second;
    const Selection& selection = selections_[wanted.selection];
    const bool is_slice = selection.index == none;
    Instruction made{.primitive = is_slice ? &structural_row_of<Slice> : &structural_row_of<Gather>,
                     .payload = {},
                     .first_operand = 0,
                     .operand_count = 0,
                     .result = found->second,
                     .result_count = 1,
                     .is_cut = false};
    std::vector<Slot> operands{now_[slot]};
    if (is_slice) {
      Dims index;
      const int rank = types_[operands[0]].ndim();
      for (int k = 0; k < rank + wanted.axis; ++k) basic_index::add_whole(index);
      const Run& run = selection.run;
      basic_index::add_slice(index, run.start, run.count, run.step);
      made.payload = payload_of(Slice{.index = std::move(index)});
    } else {
      operands.push_back(selection.index);
      made.payload = payload_of(Gather{.axes = {wanted.axis}, .behind = -wanted.axis - 1});
    }
    types_.push_back(inferred(*made.primitive, made.payload, operands));
    append(i, std::move(made), operands);
    return found->second;
  }

  Type inferred(const Primitive& primitive, const Ref<Payload>& payload,
                std::span<const Slot> operands) const {
    std::vector<Type> types;
    for (const Slot slot : operands) types.push_back(types_[slot]);
    return primitive.infer(payload.pointer(), types);
  }

  void append(std::size_t i, Instruction instruction, std::span<const Slot> operands) {
    instruction.first_operand = static_cast<std::uint32_t>(operands_.size());
    instruction.operand_count = static_cast<std::uint32_t>(operands.size());
    operands_.insert(operands_.end(), operands.begin(), operands.end());
    instructions_.push_back(std::move(instruction));
    if (!program_.nodes.empty()) nodes_.push_back(program_.nodes[i]);
  }

  Program& program_;
  std::vector<Selection> selections_;
  Table<std::uint32_t> maker_;  // by slot
  Table<Wanted> roots_;         // by instruction: what a selection takes of its operand
  Table<Wanted> wanted_;        // by slot

  // Of the program that is made.
  std::vector<Type> types_;
  std::vector<Instruction> instructions_;
  std::vector<Ref<Node>> nodes_;
  Table<Slot> operands_;
  Table<Slot> now_;  // where a value is, by slot
  std::map<std::tuple<Slot, std::uint32_t, Axis>, Slot> selected_;
};

}  // namespace

bool select_early(Program& program) { return Selections(program).run(); }

}  // namespace wg::simplify
