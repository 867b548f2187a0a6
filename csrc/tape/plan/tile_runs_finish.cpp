/// From the instructions that a run has taken to what executes them.
#include <algorithm>

#include "core/broadcast.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
#include "tape/plan/tile_columns.h"
#include "tape/plan/tile_runs.h"

namespace wg {

/// From here on, what is left of a value's uses is not in the run. What is seen otherwise outside
/// is used until then.
void TileRuns::count_uses() {
  for (std::size_t i = instructions_.size(); i-- > 0;) {
    const Instruction& instruction = program_.instructions[instructions_[i]];
    const bool is_view = seen(instruction.result) != nullptr;
    if (is_view && values_.uses_left(instruction.result) > 0) continue;
    for (const Slot slot : program_.operands_of(instruction)) {
      if (level_of(slot) == Level::other)
        values_.use(slot);
      else
        values_.count_use(slot);
    }
  }
}

/// Of memory that a result may take over.
void TileRuns::find_last_reads() {
  last_reads_.clear();
  for (std::uint32_t i = 0; i < instructions_.size(); ++i) {
    for (const Slot slot : program_.operands_of(program_.instructions[instructions_[i]])) {
      if (level_of(slot) != Level::other || program_.types[slot].ndim() == 0) continue;
      const bool is_plain = values_.is_whole(slot) &&
                            without_ones(program_.types[slot].shape()) == without_ones(shape());
      const auto [found, is_new] =
          last_reads_.try_emplace(values_[slot].storage, Last{slot, i, is_plain});
      found->second.position = i;
      found->second.is_plain &= is_plain;
    }
  }
}

bool TileRuns::take_over(Slot slot, std::uint32_t position) {
  if (level_of(slot) != Level::elements || values_.has_place(slot) || has_ties_) return false;
  for (const auto& [storage, last] : last_reads_) {
    if (!last.is_plain || last.position > position || !values_.is_unused(storage) ||
        program_.types[last.slot].dtype != program_.types[slot].dtype)
      continue;
    values_.take_over(slot, last.slot);
    last_reads_.erase(storage);
    return true;
  }
  return false;
}

TileRun::Operand TileRuns::new_tile(std::int64_t item) {
  if (free_.empty()) free_.push_back(made_.tiles++);
  const std::uint32_t number = free_.back();
  free_.pop_back();
  widest_ = std::max(widest_, item);
  return {number, true, 1};
}

TileRun::Operand TileRuns::array(Slot slot, DType dtype, bool is_of_rows, bool must_be_dense) {
  const auto next = static_cast<std::uint32_t>(made_.arrays.size());
  const auto [found, is_new] = array_of_.try_emplace({slot, dtype, is_of_rows}, next);
  const std::uint32_t number = found->second;
  if (is_new) {
    const bool is_made = level_of(slot) != Level::other;
    TileRun::Array array;
    array.view = values_.add_view_as(slot, dtype);
    array.item = static_cast<std::int64_t>(item_size(dtype));
    array.is_of_rows = is_of_rows;
    array.is_made = is_made;
    made_.arrays.push_back(std::move(array));
    widest_ = std::max(widest_, static_cast<std::int64_t>(item_size(dtype)));
    const Layout& layout = *values_[slot].layout;
    if (is_of_rows && (is_made || !is_one_element(layout)))
      strides_.push_back(strides_of_rows(shape(), split_));
    else if (is_of_rows)
      strides_.emplace_back(shape_.size(), 0);
    else
      strides_.push_back(broadcast_strides(layout, shape()));
  }
  made_.arrays[number].must_be_dense |= must_be_dense;
  return {number, false, 1};
}

TileRun::Operand TileRuns::spread(Slot slot) {
  auto& [run, tile] = spread_[slot];
  if (run == run_) return tile;
  run = run_;
  TileRun::Operation operation;
  operation.kind = TileRun::Kind::spread;
  operation.item = static_cast<std::int64_t>(item_size(program_.types[slot].dtype));
  operation.operand_count = 1;
  operation.operands[0] = places_[slot];
  operation.result = tile = new_tile(operation.item);
  made_.operations.push_back(operation);
  return tile;
}

TileRun::Operand TileRuns::operand(Slot slot, DType dtype, bool is_of_rows, bool must_be_dense) {
  const Level level = level_of(slot);
  if (level == Level::other) return array(slot, dtype, is_of_rows, must_be_dense);
  const Slot base = base_of(slot);
  return level == Level::rows && !is_of_rows ? spread(base) : places_[base];
}

/// What is read later has memory of its own.
TileRun::Operand TileRuns::result(Slot slot, std::uint32_t position) {
  const DType dtype = program_.types[slot].dtype;
  if (values_.uses_left(slot) > 0) {
    if (!take_over(slot, position)) values_.make(slot);
    return places_[slot] = array(slot, dtype, level_of(slot) == Level::rows, false);
  }
  return places_[slot] = new_tile(static_cast<std::int64_t>(item_size(dtype)));
}

void TileRuns::add_fold(const Instruction& instruction, Fold fold, TileRun::Operation& operation) {
  const Slot x = program_.operands_of(instruction)[0], y = instruction.result;
  const DType dtype = program_.types[x].dtype;
  operation.fold = kernels::BlockFold(fold, dtype);
  operation.operand_count = 1;
  operation.operands[0] = operand(x, dtype, false, true);
  if (level_of(y) == Level::rows) {
    operation.kind = TileRun::Kind::lines;
    operation.result = result(y, 0);
    return;
  }
  const bool is_of_all = program_.types[y].size() == 1;
  operation.kind = is_of_all ? TileRun::Kind::all : TileRun::Kind::columns;
  values_.make(y);
  operation.total = values_.add_view(y);
}

void TileRuns::add_operation(std::uint32_t position) {
  const Instruction& instruction = program_.instructions[instructions_[position]];
  const auto slots = program_.operands_of(instruction);
  const Slot y = instruction.result;
  if (seen(y)) return;
  const DType dtype = program_.types[y].dtype;
  TileRun::Operation operation;
  operation.item = static_cast<std::int64_t>(item_size(dtype));
  operation.is_of_rows = level_of(y) == Level::rows;
  if (instruction.primitive->elementwise) {
    bool are_constant[2] = {};
    for (std::size_t k = 0; k < slots.size(); ++k) are_constant[k] = is_constant(slots[k]);
    const Row row = row_of(program_, instruction, std::span(are_constant, slots.size()));
    operation.forward = row.kernel->forward;
    operation.operand_count = static_cast<std::uint8_t>(slots.size());
    for (std::size_t k = 0; k < slots.size(); ++k)
      operation.operands[k] = operand(slots[k], row.dtype, operation.is_of_rows);
    operation.result = result(y, position);
  } else if (instruction.primitive == &structural_row_of<Where>) {
    operation.kind = TileRun::Kind::select;
    operation.operand_count = 3;
    const std::int64_t item = operation.item;
    operation.select = loops().select[item == 1 ? 0 : item == 4 ? 1 : item == 8 ? 2 : 3];
    for (std::size_t k = 0; k < 3; ++k)
      operation.operands[k] =
          operand(slots[k], k == 0 ? DType::boolean : dtype, operation.is_of_rows);
    operation.result = result(y, position);
  } else if (instruction.primitive == &structural_row_of<ExtremumShare>) {
    const bool is_of_all = program_.types[slots[1]].size() == 1;
    operation.kind = is_of_all ? TileRun::Kind::share_of_all : TileRun::Kind::share;
    operation.operand_count = 2;
    operation.fold = kernels::BlockFold(Fold::sum, dtype);
    operation.operands[0] = operand(slots[0], dtype, false, true);
    operation.operands[1] = operand(slots[1], dtype, !is_of_all, !is_of_all);
    operation.result = result(y, position);
  } else {
    const bool is_sum = instruction.primitive == &structural_row_of<Sum>;
    const bool is_max = instruction.primitive == &structural_row_of<Max>;
    add_fold(instruction, is_sum ? Fold::sum : is_max ? Fold::greatest : Fold::least, operation);
  }
  made_.operations.push_back(operation);
}

void TileRuns::read(Slot slot) {
  if (level_of(slot) == Level::other) return;
  const Slot base = base_of(slot);
  if (--reads_[base] == 0 && places_[base].is_tile) free_.push_back(places_[base].number);
}

/// Whether rows that are folded are cut as well: they are long, or an array has its columns apart.
bool TileRuns::is_cut_in_columns() const {
  if (columns_ < 0 || has_rows_ || block_ > 1) return false;
  const std::int64_t row = dense_strides(shape())[columns_];
  return is_apart_ || std::ranges::any_of(strides_, [&](const Dims& own) {
           const auto moves = [&](int axis) {
             return shape()[static_cast<std::size_t>(axis)] != 1 && own[axis] != 0;
           };
           bool has_columns = false;
           for (int axis = columns_end_; axis < own.size(); ++axis) has_columns |= moves(axis);
           return has_columns && moves(columns_) && own[columns_] != row;
         });
}

void TileRuns::cut() {
  TileCut cut{.shape = shape(), .strides = strides_, .split = split_};
  const Dims plain = dense_strides(shape());
  auto copies = std::ranges::count_if(
      strides_, [&](const Dims& own) { return own != plain && own != Dims(shape_.size(), 0); });
  if (columns_ >= 0)
    cut.columns = element_count(shape().subspan(static_cast<std::size_t>(columns_end_)));
  cut.block = block_;
  cut.widest = widest_;
  if (split_ >= 0) cut.strides.push_back(strides_of_rows(shape(), split_));
  TileColumns columns;
  if (is_cut_in_columns()) {
    columns = TileColumns(shape(), strides_, columns_, columns_end_);
    cut.shape = columns.shape;
    cut.strides = columns.strides;
    cut.split = columns.shape.size() - 1;
    copies = static_cast<std::ptrdiff_t>(strides_.size());
  }
  cut.apply(made_, static_cast<std::uint32_t>(copies));
}

void TileRuns::finish() {
  made_ = TileRun();
  strides_.clear();
  free_.clear();
  array_of_.clear();
  widest_ = 8;
  count_uses();
  find_last_reads();
  for (std::uint32_t i = 0; i < instructions_.size(); ++i) {
    add_operation(i);
    const Instruction& instruction = program_.instructions[instructions_[i]];
    for (const Slot slot : program_.operands_of(instruction)) read(slot);
  }
  cut();
  for (const Seen& view : seen_) {
    if (values_.uses_left(view.slot) == 0) continue;
    values_.alias(view.slot, view.base, values_.keep(view.layout), 0);
    values_.use(view.base);
  }
  Step step{.kind = Step::Kind::tiles};
  step.number = static_cast<std::uint32_t>(steps_.tile_runs.size());
  step.count = made_.count() * static_cast<std::int64_t>(instructions_.size());
  const std::int64_t bytes = made_.work_bytes();
  step.work = values_.arena().take(bytes);
  values_.arena().give(step.work, bytes);
  steps_.tile_runs.push_back(std::move(made_));
  steps_.steps.push_back(step);
  values_.settle();
  forget();
}

}  // namespace wg
