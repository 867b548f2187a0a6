#include "tape/plan/tile_runs.h"

#include <algorithm>

#include "kernels/reduce.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"

namespace wg {
namespace {

constexpr std::int64_t least = 1024;                    // elements that are worth it
constexpr std::int64_t half_a_cache = 16 << 10;         // of the first, in bytes
constexpr std::int64_t shortest = 512, longest = 4096;  // elements of a tile

}  // namespace

TileRuns::TileRuns(const Program& program, Values& values, Steps& steps)
    : program_(program),
      values_(values),
      steps_(steps),
      runs_of_(program.types.size(), 0),
      tile_of_(program.types.size(), none),
      reads_(program.types.size(), 0) {}

bool TileRuns::is_of_shape(Slot slot) const {
  const Type& type = program_.types[slot];
  if (instructions_.empty()) return type.size() >= least;
  return std::ranges::equal(type.shape(), program_.types[first()].shape());
}

bool TileRuns::is_constant(Slot slot) const {
  return !has(slot) && program_.types[slot].ndim() == 0 &&
         values_.place(slot).region == Region::constant;
}

int TileRuns::step_of(Slot slot, Slot result) const {
  if (has(slot)) return 1;
  const Layout& layout = *values_[slot].layout;
  if (is_one_element(layout)) return 0;
  const auto shape = program_.types[result].shape();
  return layout.is_dense() && std::ranges::equal(layout.shape(), shape) ? 1 : -1;
}

bool TileRuns::take(std::uint32_t i) {
  const Instruction& instruction = program_.instructions[i];
  const Primitive& primitive = *instruction.primitive;
  const bool is_taken = primitive.elementwise                     ? take_formula(instruction)
                        : &primitive == &structural_row_of<Where> ? take_where(instruction)
                        : &primitive == &structural_row_of<Sum>   ? take_sum(instruction)
                                                                  : false;
  if (!is_taken) return false;
  instructions_.push_back(i);
  if (!has_sum_) runs_of_[instruction.result] = run_;
  return true;
}

bool TileRuns::take_formula(const Instruction& instruction) {
  if (!is_of_shape(instruction.result)) return false;
  const auto slots = program_.operands_of(instruction);
  bool are_constant[2] = {};
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (step_of(slots[k], instruction.result) < 0) return false;
    are_constant[k] = is_constant(slots[k]);
  }
  return row_of(program_, instruction, std::span(are_constant, slots.size())).kernel != nullptr;
}

bool TileRuns::take_where(const Instruction& instruction) {
  if (!is_of_shape(instruction.result)) return false;
  const auto slots = program_.operands_of(instruction);
  const DType dtype = program_.types[instruction.result].dtype;
  if (program_.types[slots[0]].dtype != DType::boolean) return false;
  for (std::size_t k = 0; k < 3; ++k) {
    if (step_of(slots[k], instruction.result) < 0) return false;
    if (k > 0 && program_.types[slots[k]].dtype != dtype && !is_constant(slots[k])) return false;
  }
  return true;
}

bool TileRuns::take_sum(const Instruction& instruction) {
  const Slot x = program_.operands_of(instruction)[0];
  const Type& type = program_.types[x];
  const auto& axes = parameters_of<Sum>(instruction.payload.pointer()).axes;
  has_sum_ = has(x) && type.dtype == DType::float64 &&
             program_.types[instruction.result].dtype == DType::float64 &&
             axes.size() == type.ndim();
  return has_sum_;
}

void TileRuns::forget() {
  ++run_;
  instructions_.clear();
  free_.clear();
  tiles_ = 0;
  widest_ = 8;
  has_sum_ = false;
}

TileRun::Operand TileRuns::operand(Slot slot, DType dtype) {
  const auto item = static_cast<std::uint8_t>(item_size(dtype));
  const bool is_made = has(slot);
  if (is_made && tile_of_[slot] != none) return {tile_of_[slot], true, 1, item};
  const auto step = static_cast<std::uint8_t>(is_made ? 1 : step_of(slot, first()));
  return {values_.add_view_as(slot, dtype), false, step, item};
}

/// What is read later has memory of its own.
TileRun::Operand TileRuns::result(Slot slot) {
  const auto item = static_cast<std::uint8_t>(item_size(program_.types[slot].dtype));
  tile_of_[slot] = none;
  if (values_.uses_left(slot) > 0) {
    values_.make(slot);
    return {values_.add_view(slot), false, 1, item};
  }
  if (free_.empty()) free_.push_back(tiles_++);
  tile_of_[slot] = free_.back();
  free_.pop_back();
  widest_ = std::max<std::int64_t>(widest_, item);
  return {tile_of_[slot], true, 1, item};
}

TileRun::Operation TileRuns::operation_of(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  TileRun::Operation operation;
  operation.operand_count = static_cast<std::uint8_t>(slots.size());
  const DType dtype = program_.types[instruction.result].dtype;
  if (instruction.primitive->elementwise) {
    bool are_constant[2] = {};
    for (std::size_t k = 0; k < slots.size(); ++k) are_constant[k] = is_constant(slots[k]);
    const Row row = row_of(program_, instruction, std::span(are_constant, slots.size()));
    operation.forward = row.kernel->forward;
    for (std::size_t k = 0; k < slots.size(); ++k)
      operation.operands[k] = operand(slots[k], row.dtype);
  } else {
    const std::size_t item = item_size(dtype);
    operation.select = loops().select[item == 1 ? 0 : item == 4 ? 1 : item == 8 ? 2 : 3];
    for (std::size_t k = 0; k < 3; ++k)
      operation.operands[k] = operand(slots[k], k == 0 ? DType::boolean : dtype);
  }
  operation.result = result(instruction.result);
  return operation;
}

/// From here on, what is left of a value's uses is not in the run.
void TileRuns::count_uses() {
  for (const std::uint32_t i : instructions_) {
    for (const Slot slot : program_.operands_of(program_.instructions[i])) {
      if (has(slot)) {
        values_.count_use(slot);
        ++reads_[slot];
      } else {
        values_.use(slot);
      }
    }
  }
}

void TileRuns::read(Slot slot) {
  if (!has(slot) || --reads_[slot] > 0 || tile_of_[slot] == none) return;
  free_.push_back(tile_of_[slot]);
}

void TileRuns::finish() {
  TileRun run;
  run.count = program_.types[first()].size();
  count_uses();
  for (const std::uint32_t i : instructions_) {
    const Instruction& instruction = program_.instructions[i];
    const auto slots = program_.operands_of(instruction);
    if (has_sum_ && i == instructions_.back()) {
      run.has_sum = true;
      run.addend = operand(slots[0], DType::float64);
      values_.make(instruction.result);
      run.sum = values_.add_view(instruction.result);
    } else {
      run.operations.push_back(operation_of(instruction));
    }
    for (const Slot slot : slots) read(slot);
  }
  run.tiles = tiles_;
  const std::int64_t fits = half_a_cache / (widest_ * (tiles_ + 1));
  const std::int64_t unit = has_sum_ ? kernels::sum_block : shortest;
  run.length = std::clamp(fits / unit * unit, unit, longest);
  run.tile_bytes = run.length * widest_;
  Step step{.kind = Step::Kind::tiles};
  step.number = static_cast<std::uint32_t>(steps_.tile_runs.size());
  step.count = run.count * static_cast<std::int64_t>(instructions_.size());
  const std::int64_t bytes = run.work_bytes();
  step.work = values_.arena().take(bytes);
  values_.arena().give(step.work, bytes);
  steps_.tile_runs.push_back(std::move(run));
  steps_.steps.push_back(step);
  values_.settle();
  forget();
}

}  // namespace wg
