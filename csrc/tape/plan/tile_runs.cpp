#include "tape/plan/tile_runs.h"

#include <algorithm>

#include "core/broadcast.h"
#include "kernels/fold_across.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
#include "tape/plan/tile_columns.h"

namespace wg {
namespace {

constexpr std::int64_t least = 1024;        // elements that are worth it
constexpr std::int64_t longest_row = 4096;  // elements
constexpr std::int64_t longest_columns = 1024;
constexpr std::int64_t most_alive = 24;  // tiles that are read later: in the second cache

bool is_real(DType dtype) { return dtype == DType::float64 || dtype == DType::float32; }

/// The fold that a primitive is, with its axes.
const Dims* fold_of(const Instruction& instruction, Fold& fold) {
  const Payload* const payload = instruction.payload.pointer();
  if (instruction.primitive == &structural_row_of<Sum>) {
    fold = Fold::sum;
    return &parameters_of<Sum>(payload).axes;
  }
  if (instruction.primitive == &structural_row_of<Max>) {
    fold = Fold::greatest;
    return &parameters_of<Max>(payload).axes;
  }
  if (instruction.primitive == &structural_row_of<Min>) {
    fold = Fold::least;
    return &parameters_of<Min>(payload).axes;
  }
  return nullptr;
}

}  // namespace

TileRuns::TileRuns(const Program& program, Values& values, Steps& steps)
    : program_(program), values_(values), steps_(steps) {
  const auto is_large = [](const Type& type) { return type.size() >= least; };
  if (std::ranges::none_of(program.types, is_large)) return;
  levels_.resize(program.types.size());
  reads_.resize(program.types.size());
  places_.resize(program.types.size());
  spread_.resize(program.types.size());
}

TileRuns::Level TileRuns::level_of(Slot slot) const {
  return levels_[slot].first == run_ ? levels_[slot].second : Level::other;
}

const TileRuns::Seen* TileRuns::seen(Slot slot) const {
  const auto found = std::ranges::find(seen_, slot, &Seen::slot);
  return found == seen_.end() ? nullptr : &*found;
}

Slot TileRuns::base_of(Slot slot) const {
  const Seen* const view = seen_.empty() ? nullptr : seen(slot);
  return view ? view->base : slot;
}

bool TileRuns::makes_operand_of(const Instruction& instruction) const {
  return std::ranges::any_of(program_.operands_of(instruction),
                             [&](Slot slot) { return level_of(slot) != Level::other; });
}

bool TileRuns::can_begin_with(const Instruction& instruction) const {
  return instruction.primitive->elementwise && program_.types[instruction.result].size() >= least;
}

bool TileRuns::is_constant(Slot slot) const {
  return level_of(slot) == Level::other && program_.types[slot].ndim() == 0 &&
         values_.is_placed(slot) && values_.place(slot).region == Region::constant;
}

bool TileRuns::has_shape(Slot slot) const {
  const Type& type = program_.types[slot];
  if (instructions_.empty()) return type.size() >= least;
  return std::ranges::equal(type.shape(), shape());
}

bool TileRuns::has_shape_of_rows(Slot slot) const {
  return split_ >= 0 && without_ones(program_.types[slot].shape()) ==
                            without_ones(shape().first(static_cast<std::size_t>(split_)));
}

/// Whether a value can be read as if it had the shape of the run.
bool TileRuns::reads_elements(Slot slot) const {
  switch (level_of(slot)) {
    case Level::elements:
      return true;
    case Level::pending:
      return false;
    case Level::other:
      return values_.is_placed(slot) || program_.types[slot].ndim() == 0;
    case Level::rows:
      break;
  }
  const Seen* const view = seen(slot);
  const Layout& layout = view ? *view->layout : program_.types[slot].shape_layout();
  const Ref<Layout> dense = view ? Ref<Layout>() : Layout::dense(layout.shape());
  const Dims own = broadcast_strides(view ? layout : *dense, shape());
  const Dims rows = strides_of_rows(shape(), split_);
  for (std::size_t k = 0; k < shape().size(); ++k) {
    const int axis = static_cast<int>(k);
    if (shape()[k] != 1 && own[axis] != rows[axis]) return false;
  }
  return true;
}

/// Whether a value has a number for each row, in their order, or one for all.
bool TileRuns::reads_rows(Slot slot) const {
  const Level level = level_of(slot);
  if (level == Level::other) {
    if (!values_.is_placed(slot)) return program_.types[slot].ndim() == 0;
    const Layout& layout = *values_[slot].layout;
    return is_one_element(layout) || (layout.is_dense() && has_shape_of_rows(slot));
  }
  if (level != Level::rows || !has_shape_of_rows(slot)) return false;
  const Seen* const view = seen(slot);
  return !view || view->layout->is_dense();
}

bool TileRuns::set_split(int split, std::int64_t longest) {
  if (is_apart_) return false;
  if (split_ >= 0 && split != split_) return false;
  if (element_count(shape().subspan(static_cast<std::size_t>(split))) > longest) return false;
  split_ = split;
  return true;
}

bool TileRuns::take(std::uint32_t i) {
  const Instruction& instruction = program_.instructions[i];
  const Primitive& primitive = *instruction.primitive;
  if (levels_.empty() || alive_ > most_alive || instruction.result_count != 1) return false;
  Fold fold{};
  bool is_taken = false;
  if (primitive.elementwise || &primitive == &structural_row_of<Where>)
    is_taken = take_elementwise(instruction);
  else if (const Dims* const axes = fold_of(instruction, fold))
    is_taken = take_fold(instruction, fold, *axes);
  else if (&primitive == &structural_row_of<ExtremumShare>)
    is_taken = take_share(instruction);
  else if (primitive.view)
    is_taken = take_view(instruction);
  if (!is_taken) {
    if (instructions_.empty()) forget();
    return false;
  }
  instructions_.push_back(i);
  count(instruction);
  return true;
}

/// Of the values that are read later.
void TileRuns::count(const Instruction& instruction) {
  for (const Slot slot : program_.operands_of(instruction)) {
    if (level_of(slot) == Level::other) continue;
    const Slot base = base_of(slot);
    if (++reads_[base] == values_.uses_left(base)) --alive_;
  }
  const Level level = level_of(instruction.result);
  const bool is_view = level == Level::rows && seen(instruction.result);
  reads_[instruction.result] = 0;
  alive_ += level != Level::pending && !is_view;
}

/// Whether a loop evaluates it on operands as they are, numbers converted.
bool TileRuns::has_loop(const Instruction& instruction) const {
  const auto slots = program_.operands_of(instruction);
  if (instruction.primitive->elementwise) {
    bool are_constant[2] = {};
    for (std::size_t k = 0; k < slots.size(); ++k) are_constant[k] = is_constant(slots[k]);
    return row_of(program_, instruction, std::span(are_constant, slots.size())).kernel != nullptr;
  }
  const DType dtype = program_.types[instruction.result].dtype;
  if (program_.types[slots[0]].dtype != DType::boolean) return false;
  for (std::size_t k = 1; k < 3; ++k) {
    if (program_.types[slots[k]].dtype != dtype && !is_constant(slots[k])) return false;
  }
  return true;
}

bool TileRuns::take_elementwise(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const Slot y = instruction.result;
  const auto elements = [&](Slot slot) { return reads_elements(slot); };
  if (has_shape(y)) {
    if (instructions_.empty()) shape_ = Shape(program_.types[y].shape());
    if (!std::ranges::all_of(slots, elements) || !has_loop(instruction)) return false;
    levels_[y] = {run_, Level::elements};
    return true;
  }
  if (!has_shape_of_rows(y) || !makes_operand_of(instruction)) return false;
  const auto rows = [&](Slot slot) { return reads_rows(slot); };
  if (!std::ranges::all_of(slots, rows) || !has_loop(instruction)) return false;
  levels_[y] = {run_, Level::rows};
  return true;
}

bool TileRuns::take_fold(const Instruction& instruction, Fold fold, const Dims& axes) {
  const Slot x = program_.operands_of(instruction)[0], y = instruction.result;
  const DType dtype = program_.types[x].dtype;
  const bool is_first = instructions_.empty();
  if (!is_real(dtype) || program_.types[y].dtype != dtype || !has_shape(x)) return false;
  if (is_first) shape_ = Shape(program_.types[x].shape());
  const Level level = level_of(x);
  if (level != Level::elements && (level != Level::other || !values_.is_placed(x))) return false;
  // Lines that lie side by side are folded so, and not brought one behind the other before.
  if (is_first && kernels::lies_across(values_.view(x), axes)) return false;
  const FoldedAxes folded(shape(), axes);
  using Which = FoldedAxes::Which;
  if (folded.which == Which::last) {
    if (!set_split(folded.split, longest_row)) return false;
    has_rows_ = true;
    levels_[y] = {run_, Level::rows};
    return true;
  }
  if (is_first || folded.which == Which::none) return false;
  if (folded.which == Which::all) {
    if (is_apart_) return false;
    block_ = std::max(block_, kernels::BlockFold(fold, dtype).block());
  } else if (!take_columns(folded)) {
    return false;
  }
  levels_[y] = {run_, Level::pending};
  return true;
}

/// Long rows, and rows of several blocks, are cut into columns, where nothing else asks for whole
/// ones.
bool TileRuns::take_columns(const FoldedAxes& folded) {
  if (columns_ >= 0) return columns_ == folded.begin && columns_end_ == folded.split;
  if (folded.which != FoldedAxes::Which::first || !set_split(folded.split, longest_columns)) {
    if (has_rows_ || block_ > 1 || split_ >= 0) return false;
    const auto row = shape().subspan(static_cast<std::size_t>(folded.split));
    if (element_count(row) > longest_columns && columns_at_once(shape(), folded.begin) == 0)
      return false;
    is_apart_ = true;
  }
  columns_ = folded.begin;
  columns_end_ = folded.split;
  return true;
}

bool TileRuns::take_share(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const Slot y = instruction.result;
  if (!is_real(program_.types[y].dtype) || !has_shape(y)) return false;
  if (instructions_.empty()) shape_ = Shape(program_.types[y].shape());
  const FoldedAxes folded(shape(),
                          parameters_of<ExtremumShare>(instruction.payload.pointer()).axes);
  if (!reads_elements(slots[0])) return false;
  if (folded.which == FoldedAxes::Which::all) {
    if (level_of(slots[1]) != Level::other || !values_.is_placed(slots[1])) return false;
    // More than that are not counted without rounding.
    if (program_.types[y].dtype == DType::float32 && program_.types[y].size() > 1 << 24)
      return false;
    has_ties_ = true;
    levels_[y] = {run_, Level::elements};
    return true;
  }
  if (folded.which != FoldedAxes::Which::last) return false;
  const int before = split_;
  if (set_split(folded.split, longest_row) && reads_rows(slots[1]) && has_shape_of_rows(slots[1])) {
    has_rows_ = true;
    levels_[y] = {run_, Level::elements};
    return true;
  }
  split_ = before;
  return false;
}

bool TileRuns::take_view(const Instruction& instruction) {
  const Slot x = program_.operands_of(instruction)[0], y = instruction.result;
  if (level_of(x) != Level::rows) return false;
  const Seen* const before = seen(x);
  const Type type(program_.types[x].dtype,
                  before ? before->layout : Layout::dense(program_.types[x].shape()));
  Viewed viewed;
  if (!instruction.primitive->view(instruction.payload.pointer(), type, viewed)) return false;
  if (viewed.offset != 0 || viewed.type.ndim() == 0) return false;
  seen_.push_back({y, base_of(x), std::move(viewed.type.layout)});
  levels_[y] = {run_, Level::rows};
  return true;
}

void TileRuns::forget() {
  ++run_;
  instructions_.clear();
  seen_.clear();
  split_ = -1;
  has_rows_ = has_ties_ = is_apart_ = false;
  columns_ = columns_end_ = -1;
  block_ = 1;
  alive_ = 0;
}

}  // namespace wg
