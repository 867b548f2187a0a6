#include "tape/simplify/selection_roots.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "primitives/indexing.h"
#include "tape/simplify/asking.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t no_maker = UINT32_MAX;

auto key_of(const Selection& own) {
  return std::tuple(own.index, own.run.start, own.run.step, own.n, own.count);
}

/// Whether what is selected lies in memory as it will when it is computed.
bool lies_alike(const Program& program, const Table<std::uint32_t>& maker, const Instruction& root,
                const Selection& selection, Axis axis) {
  const Slot x = program.operands_of(root)[0];
  if (maker[x] == no_maker || program.instructions[maker[x]].primitive->view) return false;
  if (selection.index != Selection::none) return true;
  const auto shape = program.types[x].shape();
  return selection.run.step == 1 &&
         element_count(shape.first(
             shape.size() + static_cast<std::size_t>(static_cast<std::ptrdiff_t>(axis)))) == 1;
}

/// The axis that a slice takes a run of; 0 if it is none, or several.
Axis run_of(const Program& program, const Instruction& slice, Selection& selection) {
  const auto shape = program.types[program.operands_of(slice)[0]].shape();
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
Axis gathered_axis(const Program& program, const Instruction& gather, Selection& selection) {
  const auto& parameters = parameters_of<Gather>(gather.payload.pointer());
  const auto slots = program.operands_of(gather);
  const auto axis = static_cast<Axis>(parameters.axes[0]);
  if (parameters.behind != -axis - 1 || program.types[slots[1]].ndim() != 1) return 0;
  selection.index = slots[1];
  selection.n = program.types[slots[0]].shape().end()[axis];
  selection.count = program.types[slots[1]].size();
  return axis;
}

}  // namespace

SelectionRoots::SelectionRoots(const Program& program) {
  Table<std::uint8_t> is_constant(program.types.size(), false);
  for (const auto& [slot, value] : program.constants) is_constant[slot] = true;
  const Table<std::uint8_t> is_asked = asked_in(program);
  Table<std::uint32_t> maker(program.types.size(), no_maker);
  std::map<decltype(key_of(Selection())), std::uint32_t> numbers;
  wanted.assign(program.instructions.size(), Wanted());
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    const Instruction& instruction = program.instructions[i];
    maker[instruction.result] = static_cast<std::uint32_t>(i);
    const bool is_slice = instruction.primitive == &structural_row_of<Slice>;
    if (!is_slice && instruction.primitive != &structural_row_of<Gather>) continue;
    const auto slots = program.operands_of(instruction);
    if (instruction.is_cut) continue;
    // What may be out of range stays where it is.
    if (!is_slice && (slots.size() != 2 || !is_constant[slots[1]])) continue;
    Selection own;
    const Axis axis =
        is_slice ? run_of(program, instruction, own) : gathered_axis(program, instruction, own);
    if (axis == 0 || own.count == 0 || 4 * own.count > 3 * own.n) continue;
    if (is_asked[instruction.result] && !lies_alike(program, maker, instruction, own, axis))
      continue;
    const auto next = static_cast<std::uint32_t>(selections.size());
    const auto [found, is_new] = numbers.try_emplace(key_of(own), next);
    if (is_new) selections.push_back(own);
    wanted[i] = {Wanted::What::some, found->second, axis};
  }
}

}  // namespace wg::simplify
