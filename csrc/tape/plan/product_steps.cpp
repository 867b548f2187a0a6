#include "tape/plan/product_steps.h"

#include <algorithm>

#include "formulas/all.h"
#include "kernels/convert.h"
#include "primitives/elementwise.h"
#include "primitives/matmul.h"

namespace wg {
namespace {

bool is_product(const Instruction& instruction) {
  return instruction.primitive == &structural_row_of<Matmul>;
}

}  // namespace

ProductSteps::ProductSteps(const Program& program, Values& values, Steps& steps)
    : program_(program), values_(values), steps_(steps) {
  if (std::ranges::none_of(program.instructions, is_product)) return;
  reader_.resize(program.types.size(), Values::none);
  for (std::uint32_t i = 0; i < program.instructions.size(); ++i) {
    for (const Slot slot : program.operands_of(program.instructions[i])) reader_[slot] = i;
  }
}

/// The value of a constant, if the slot is one.
std::optional<double> ProductSteps::number(Slot slot, DType dtype) const {
  if (program_.types[slot].ndim() != 0 || !values_.is_placed(slot) ||
      values_.place(slot).region != Region::constant)
    return std::nullopt;
  const View view = values_.view(slot);
  alignas(16) std::byte element[16];
  convert_run(view.dtype, view.data, 1, dtype, element, 1);
  double value = 0;
  convert_run(dtype, element, 1, DType::float64, reinterpret_cast<std::byte*>(&value), 1);
  return value;
}

/// Of what is added to a product: it lies as the product will, or is one row for all.
std::optional<std::int64_t> ProductSteps::step_of_rows(const Instruction& product,
                                                       Slot added) const {
  const Type& y = program_.types[product.result];
  if (!values_.is_placed(added) || program_.types[added].dtype != y.dtype) return std::nullopt;
  const Layout& layout = *values_[added].layout;
  const bool is_column = program_.types[program_.operands_of(product)[1]].ndim() == 1;
  const std::int64_t columns = is_column ? 1 : y.shape().back();
  if (!layout.is_dense()) return std::nullopt;
  if (std::ranges::equal(layout.shape(), y.shape())) return columns;
  const bool is_row = !is_column && layout.ndim() > 0 && layout.size() == columns &&
                      layout.shape().back() == columns;
  return is_row ? std::optional<std::int64_t>(0) : std::nullopt;
}

std::optional<ProductSteps::Ending> ProductSteps::ending(const Instruction& product,
                                                         const Instruction& reader) const {
  const Slot x = product.result;
  const Type &type = program_.types[x], &y = program_.types[reader.result];
  const auto slots = program_.operands_of(reader);
  if (y.dtype != type.dtype || !std::ranges::equal(y.shape(), type.shape())) return std::nullopt;
  Ending ending;
  if (reader.primitive == &formula_row<Negative>()) {
    ending.end.alpha = -1;
    return ending;
  }
  if (slots.size() != 2) return std::nullopt;
  const bool is_first = slots[0] == x;
  const Slot other = slots[is_first ? 1 : 0];
  if (reader.primitive == &formula_row<Multiply>()) {
    const auto factor = number(other, y.dtype);
    if (!factor) return std::nullopt;
    ending.end.alpha = *factor;
    return ending;
  }
  if (reader.primitive == &formula_row<Subtract>())
    (is_first ? ending.end.beta : ending.end.alpha) = -1;
  else if (reader.primitive != &formula_row<Add>())
    return std::nullopt;
  const auto step = step_of_rows(product, other);
  if (!step) return std::nullopt;
  ending.end.d_row = *step;
  ending.added = other;
  return ending;
}

/// Each element is read before it is written, but operands of the product are read by all.
bool ProductSteps::can_take_over(const Instruction& product, Slot y, Slot added) const {
  const auto is_apart = [&](Slot slot) { return values_[slot].storage != values_[added].storage; };
  return values_.can_take_over(y, added) && values_.bytes_of(y) == values_.bytes_of(added) &&
         std::ranges::all_of(program_.operands_of(product), is_apart);
}

std::optional<std::uint32_t> ProductSteps::add(const Instruction& product) {
  const Slot x = product.result;
  if (!is_product(product) || program_.uses[x] != 1 || reader_[x] == Values::none)
    return std::nullopt;
  const auto slots = program_.operands_of(product);
  const View operands[2] = {values_.view(slots[0]), values_.view(slots[1])};
  const Type& type = program_.types[x];
  const View out{nullptr, &type.shape_layout(), type.dtype};
  const std::uint32_t number = reader_[x];
  const Instruction& reader = program_.instructions[number];
  const auto ending =
      Matmul::takes_end(operands, out) ? this->ending(product, reader) : std::nullopt;
  if (!ending) return std::nullopt;

  const Slot y = reader.result;
  Step step{.kind = Step::Kind::product};
  step.number = static_cast<std::uint32_t>(steps_.product_ends.size());
  steps_.product_ends.push_back(ending->end);
  step.first = values_.add_view(slots[0]);
  values_.add_view(slots[1]);
  if (ending->added) values_.add_view(*ending->added);
  step.operand_count = ending->added ? 3 : 2;
  step.result_count = 1;
  for (const Slot slot : slots) values_.use(slot);
  for (const Slot slot : program_.operands_of(reader)) {
    if (slot == x)
      values_.count_use(slot);
    else
      values_.use(slot);
  }
  if (ending->added && can_take_over(product, y, *ending->added))
    values_.take_over(y, *ending->added);
  else
    values_.make(y);
  values_.add_view(y);
  const Work work = product.primitive->workspace(product.payload.pointer(), std::span(operands),
                                                 std::span(&out, 1));
  if (work.bytes > 0) {
    const auto bytes = static_cast<std::int64_t>(work.bytes);
    step.work = values_.arena().take(bytes);
    values_.arena().give(step.work, bytes);
  }
  steps_.steps.push_back(step);
  return number;
}

}  // namespace wg
