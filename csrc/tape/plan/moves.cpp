#include "tape/plan/moves.h"

#include "formulas/all.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "tape/plan/rows.h"

namespace wg {
namespace {

constexpr std::int64_t short_base = 512;  // elements that are copied in one step
constexpr std::int64_t largest_move =
    65'536;  // beyond, Primitive::evaluate divides between threads

}  // namespace

bool Moves::take(const Instruction& instruction) {
  if (joins_in_memory(program_, instruction)) {
    join(instruction);
    return true;
  }
  const bool is_sum = instruction.primitive == &structural_row_of<AddAtSlice>;
  if (!is_sum && instruction.primitive != &structural_row_of<SetAtSlice>) return false;
  return update(instruction, is_sum);
}

void Moves::copy(std::uint32_t first, std::int64_t count) {
  Step step{.kind = Step::Kind::copy};
  step.first = first;
  step.operand_count = step.result_count = 1;
  step.count = count;
  steps_.steps.push_back(step);
}

/// What was made in its place is there.
void Moves::join(const Instruction& instruction) {
  const Slot y = instruction.result;
  if (!values_.is_placed(y)) values_.make(y);
  std::int64_t offset = 0;
  for (const Slot x : program_.operands_of(instruction)) {
    const Values::Value from = values_[x], to = values_[y];
    const bool is_there = from.storage == to.storage && from.offset == to.offset + offset;
    if (!is_there && from.layout->size() > 0) {
      const std::uint32_t view = values_.add_view(x);
      values_.add_view_of_part(y, offset, values_.dense_layout(x));
      copy(view, from.layout->size());
    }
    offset += values_.bytes_of(x);
    values_.use(x);
  }
}

/// Some elements of x to the same places of y; x lies densely, or has one element everywhere.
void Moves::copy_part(Slot x, Slot y, std::int64_t first, std::int64_t count) {
  if (count == 0) return;
  const bool is_one = is_one_element(*values_[x].layout);
  const auto item = static_cast<std::int64_t>(item_size(program_.types[y].dtype));
  const std::int64_t shape[] = {count};
  const Layout* const to = values_.keep(Layout::dense(shape));
  const Layout* const from = is_one ? values_.keep(Layout::strided(shape, Dims{0})) : to;
  const std::uint32_t view = values_.add_view_of_part(x, is_one ? 0 : first * item, from);
  values_.add_view_of_part(y, first * item, to);
  copy(view, count);
}

/// In the memory of the base, if nobody else reads that, or in other memory: what is around the
/// part is then copied there, and the part is made of that of the base.
bool Moves::update(const Instruction& instruction, bool is_sum) {
  const auto slots = program_.operands_of(instruction);
  const Slot x = slots[0], added = slots[1], y = instruction.result;
  const DType dtype = program_.types[y].dtype;
  const Payload* const payload = instruction.payload.pointer();
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  const Layout& from = *values_[added].layout;
  if (program_.types[added].dtype != dtype || program_.types[x].dtype != dtype ||
      from.ndim() == 0 || from.size() == 0 || from.size() > largest_move || !from.is_dense())
    return false;
  const Part part =
      part_of(*values_.dense_layout(y), is_sum ? parameters_of<AddAtSlice>(payload).index
                                               : parameters_of<SetAtSlice>(payload).index);
  if (!std::ranges::equal(from.shape(), part.shape) || part.strides != dense_strides(part.shape))
    return false;
  const Kernel& add = elementwise_kernel(formula_row<Add>().elementwise->formula, dtype);
  if (is_sum && (!add.forward || dtype == DType::boolean)) return false;

  const bool is_apart = values_[added].storage != values_[x].storage;
  const Layout& lies = *values_[x].layout;
  const std::int64_t n = from.size(), behind = lies.size() - part.offset - n;
  const bool is_one = is_one_element(lies);
  bool reads_base = false;
  values_.use(x);
  values_.use(added);
  if (is_apart && values_.can_take_over(y, x)) {
    values_.take_over(y, x);
  } else if ((is_one || lies.is_dense()) &&
             (lies.size() > short_base || part.offset * behind == 0)) {
    reads_base = true;
    values_.make(y);
    copy_part(x, y, 0, part.offset);
    copy_part(x, y, part.offset + n, behind);
  } else {
    const std::uint32_t base = values_.add_view(x);
    values_.make(y);
    values_.add_view(y);
    copy(base, lies.size());
  }
  Step step{.kind = Step::Kind::kernel};
  const std::int64_t at = part.offset * item;
  const bool repeats_base = reads_base && is_one;
  if (is_sum)
    step.first = values_.add_view_of_part(reads_base ? x : y, repeats_base ? 0 : at,
                                          repeats_base ? &Layout::scalar() : &from);
  const std::uint32_t update = values_.add_view(added);
  values_.add_view_of_part(y, at, &from);
  if (!is_sum) {
    copy(update, n);
    return true;
  }
  step.operand_count = 2;
  step.result_count = 1;
  step.operand_steps[0] = repeats_base && n != 1 ? 0 : 1;
  step.operand_steps[1] = 1;
  step.count = n;
  step.forward = add.forward;
  steps_.steps.push_back(step);
  return true;
}

}  // namespace wg
