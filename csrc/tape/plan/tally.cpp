#include "tape/plan/tally.h"

#include <algorithm>

#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/structural.h"

namespace wg {
namespace {

/// Of a part of an array.
bool is_update(const Primitive& primitive) {
  return &primitive == &structural_row_of<SetAt> || &primitive == &structural_row_of<AddAt> ||
         &primitive == &structural_row_of<SetAtSlice> ||
         &primitive == &structural_row_of<AddAtSlice>;
}

std::int64_t operations_of(const Program& program, const Instruction& instruction) {
  const auto slots = program.operands_of(instruction);
  const Primitive& primitive = *instruction.primitive;
  std::int64_t elements = program.types[instruction.result].size();
  if (is_update(primitive)) return program.types[slots[1]].size();
  if (primitive.elementwise || primitive.view || &primitive == &structural_row_of<Gather>)
    return elements;
  for (const Slot slot : slots) elements = std::max(elements, program.types[slot].size());
  if (slots.empty()) return elements;
  const auto inner = program.types[slots[0]].shape();
  if (&primitive == &structural_row_of<Matmul>)
    return 2 * program.types[instruction.result].size() * inner.back();
  const bool has_factors = primitive.is_compound && primitive.evaluate;
  return has_factors && !inner.empty() ? elements * inner.back() : elements;
}

/// Elements that broadcasting repeats are read from one place.
std::int64_t bytes_of(const View& view) {
  std::int64_t elements = 1;
  for (std::size_t k = 0; k < view.shape().size(); ++k) {
    const bool is_repeated = view.strides()[k] == 0 && view.shape()[k] > 0;
    elements *= is_repeated ? 1 : view.shape()[k];
  }
  return elements * view.item();
}

std::int64_t bytes_of(const Steps& steps, const TileRun& run) {
  std::int64_t bytes = 0;
  const auto add = [&](const TileRun::Operand& operand) {
    if (!operand.is_tile) bytes += bytes_of(steps.views[run.arrays[operand.number].view]);
  };
  for (const TileRun::Operation& operation : run.operations) {
    for (std::size_t k = 0; k < operation.operand_count; ++k) add(operation.operands[k]);
    if (operation.gives_total())
      bytes += bytes_of(steps.views[operation.total]);
    else
      add(operation.result);
  }
  return bytes;
}

/// Each number is written once, and read by what names its cell.
std::int64_t bytes_of(const NumberRun& run) {
  std::int64_t cells = 2 * static_cast<std::int64_t>(run.fetched.size());
  for (const NumberRun::Group& group : run.groups) cells += group.count;
  return 8 * (cells + static_cast<std::int64_t>(run.operands.size()));
}

}  // namespace

Tally tally_of(const Program& program, const Steps& steps, std::size_t number) {
  const Step& step = steps.steps[number];
  Tally tally;
  const bool is_copy = step.kind == Step::Kind::copy;
  if (is_copy) {
    tally.operations = steps.views[step.first].size();
  } else {
    for (const std::uint32_t i : credited(steps, number))
      tally.operations += operations_of(program, program.instructions[i]);
  }
  if (step.kind == Step::Kind::tiles) {
    tally.bytes = bytes_of(steps, steps.tile_runs[step.number]);
  } else if (step.kind == Step::Kind::numbers) {
    tally.bytes = bytes_of(steps.number_runs[step.number]);
  } else {
    const std::uint32_t count = is_copy ? 2 : step.operand_count + step.result_count;
    for (std::uint32_t k = 0; k < count; ++k) tally.bytes += bytes_of(steps.views[step.first + k]);
  }
  return tally;
}

}  // namespace wg
