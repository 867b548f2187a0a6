#include "tape/simplify/selections.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "primitives/basic_index.h"
#include "primitives/indexing.h"
#include "tape/simplify/selection_roots.h"

namespace wg::simplify {
namespace {

constexpr double least_saved = 1024;  // elements to be saved

/// What comes of a selection: whether it is taken early, for how many elements that are not
/// computed then, and how many that are selected.
struct Worth {
  bool is_enough = true;
  double saved = 0, added = 0;
};

class Selections {
 public:
  explicit Selections(Program& program)
      : program_(program), roots_(program), worth_(roots_.selections.size()) {}

  bool run() {
    if (worth_.empty()) return false;
    // One that is not worth it may have been in the way of another.
    for (int tries = 0; tries < 4; ++tries) {
      find_wanted();
      if (!are_worth_it()) continue;
      if (std::ranges::none_of(worth_, &Worth::is_enough)) return false;
      rebuild();
      return true;
    }
    return false;
  }

 private:
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
        const Wanted& root = roots_.wanted[i];
        const bool selects = k == 0 && root.is_some() && worth_[root.selection].is_enough;
        want(slots[k], passes_on ? of_operand(instruction, k) : selects ? root : all);
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
    const std::int64_t count = roots_.selections[wanted.selection].count;
    for (std::size_t k = 0; k < instruction.operand_count; ++k) {
      if (!axis_in_operand(program_, instruction, k, wanted.axis, count)) return false;
    }
    return instruction.operand_count > 0;
  }

  /// What an instruction of which a selection is wanted wants of an operand.
  Wanted of_operand(const Instruction& instruction, std::size_t k) const {
    const Wanted& own = wanted_[instruction.result];
    const std::int64_t count = roots_.selections[own.selection].count;
    const Axis axis = *axis_in_operand(program_, instruction, k, own.axis, count);
    return axis == 0 ? all : Wanted{own.what, own.selection, axis};
  }

  /// Whether all are that still were; the others are left where they are.
  bool are_worth_it() {
    for (Worth& worth : worth_) worth.saved = worth.added = 0;
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      const Instruction& instruction = program_.instructions[i];
      const auto slots = program_.operands_of(instruction);
      const Wanted& own = wanted_[instruction.result];
      if (own.is_some()) {
        Worth& worth = worth_[own.selection];
        const double left = share(roots_.selections[own.selection]);
        worth.saved += (1 - left) * work(instruction);
        for (std::size_t k = 0; k < slots.size(); ++k) {
          if (is_selected_before(slots[k], of_operand(instruction, k)))
            worth.added += left * static_cast<double>(program_.types[slots[k]].size());
        }
      } else if (is_taken_early(i)) {
        const double size = static_cast<double>(program_.types[instruction.result].size());
        worth_[roots_.wanted[i].selection].saved += size;
      }
    }
    bool are_all = true;
    for (Worth& worth : worth_) {
      if (!worth.is_enough || worth.saved > worth.added + least_saved) continue;
      worth.is_enough = are_all = false;
    }
    return are_all;
  }

  /// Whether an instruction is a selection of what is selected when it is made.
  bool is_taken_early(std::size_t i) const {
    const Wanted& root = roots_.wanted[i];
    return root.is_some() && wanted_[program_.operands_of(program_.instructions[i])[0]] == root;
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
    if (!own.is_some() && is_taken_early(i)) {
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
      made.payload =
          with_fewer(program_, instruction, own.axis, roots_.selections[own.selection].count);
      types_[made.result] = inferred(*made.primitive, made.payload, operands);
    }
    append(i, std::move(made), operands);
  }

  Slot selected(std::size_t i, Slot slot, const Wanted& wanted) {
    const auto [found, is_new] = selected_.try_emplace({slot, wanted.selection, wanted.axis},
                                                       static_cast<Slot>(types_.size()));
    if (!is_new) return found->second;
    const Selection& selection = roots_.selections[wanted.selection];
    const bool is_slice = selection.index == Selection::none;
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
    Table<Type> types;
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
  SelectionRoots roots_;
  std::vector<Worth> worth_;  // by selection
  Table<Wanted> wanted_;      // by slot

  // Of the program that is made.
  Table<Type> types_;
  Table<Instruction> instructions_;
  std::vector<Ref<Node>> nodes_;
  Table<Slot> operands_;
  Table<Slot> now_;  // where a value is, by slot
  std::map<std::tuple<Slot, std::uint32_t, Axis>, Slot> selected_;
};

}  // namespace

bool select_early(Program& program) { return Selections(program).run(); }

}  // namespace wg::simplify
