#include "tape/plan/number_runs.h"

#include <algorithm>
#include <cstring>

#include "formulas/formula.h"
#include "kernels/convert.h"
#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/selection.h"

namespace wg {
namespace {

constexpr std::int64_t most_memory = std::int64_t{1}
                                     << 34;  // beyond, a cell's number has more bits

constexpr std::size_t most_kinds = 240;  // in one run

bool fits_cell(DType dtype) { return item_size(dtype) <= 8 && !is_complex(dtype); }
bool fills_cell(DType dtype) { return item_size(dtype) == 8 && !is_complex(dtype); }

/// How a formula of float64 is written out, if it is.
NumberCode code_of(const Primitive& primitive, DType dtype) {
  struct Written {
    std::string_view name;
    NumberCode code;
  };
  constexpr Written all[] = {
      {"add", NumberCode::add},           {"subtract", NumberCode::subtract},
      {"multiply", NumberCode::multiply}, {"divide", NumberCode::divide},
      {"negative", NumberCode::negative}, {"chain", NumberCode::chain},
      {"square", NumberCode::square},     {"positive", NumberCode::copy},
  };
  if (dtype == DType::float64) {
    for (const Written& written : all) {
      if (primitive.name == written.name) return written.code;
    }
  }
  return primitive.arity == 1 ? NumberCode::unary : NumberCode::binary;
}

}  // namespace

NumberRuns::NumberRuns(const Program& program, Values& values, Steps& steps)
    : program_(program), values_(values), steps_(steps), numbers_(program.types.size(), no_number) {
  operations_.reserve(program.instructions.size());
  slots_.reserve(program.instructions.size());
}

bool NumberRuns::is_number(Slot slot) const {
  const Type& type = program_.types[slot];
  return type.ndim() == 0 && fits_cell(type.dtype);
}

bool NumberRuns::is_known(Slot slot) const {
  return !is_of_run(slot) && values_.place(slot).region == Region::constant &&
         program_.types[slot].ndim() == 0;
}

bool NumberRuns::take(const Instruction& instruction) {
  const Primitive& primitive = *instruction.primitive;
  if (primitive.is_compound || values_.arena().size() >= most_memory) return false;
  if (primitive.elementwise) return take_formula(instruction);
  if (&primitive == &structural_row_of<SetAtSlice> || &primitive == &structural_row_of<AddAtSlice>)
    return take_update(instruction);
  if (&primitive == &structural_row_of<Stack>) return take_stack(instruction);
  if (&primitive == &structural_row_of<Where>) return take_where(instruction);
  return primitive.view && is_number(instruction.result) && take_view(instruction);
}

bool NumberRuns::take_formula(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  bool is_constant[2] = {};
  if (!is_number(instruction.result) || kinds_.size() >= most_kinds) return false;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    if (!is_number(slots[k])) return false;
    is_constant[k] = is_known(slots[k]);
  }
  const Row row = row_of(program_, instruction, std::span(is_constant, slots.size()));
  if (!row.kernel) return false;
  Source x[2];
  for (std::size_t k = 0; k < slots.size(); ++k) x[k] = number_as(slots[k], row.dtype);
  for (const Slot slot : slots) use(slot);
  name(instruction.result, apply(kind_of(row, *instruction.primitive), {x[0], x[1]}));
  return true;
}

bool NumberRuns::take_view(const Instruction& instruction) {
  const Slot x = program_.operands_of(instruction)[0];
  const DType dtype = program_.types[x].dtype;
  if (dtype != program_.types[instruction.result].dtype) return false;
  Viewed viewed;
  const bool is_single = program_.types[x].ndim() == 0;
  const Type type = is_single ? Type(dtype, Ref<Layout>()) : values_.type(x);
  if (!instruction.primitive->view(instruction.payload.pointer(), type, viewed)) return false;
  const auto item = static_cast<std::int64_t>(item_size(dtype));
  const Source number = is_single ? number_of(x) : element(x, viewed.offset * item, dtype);
  use(x);
  name(instruction.result, number);
  return true;
}

bool NumberRuns::take_where(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const DType dtype = program_.types[instruction.result].dtype;
  if (!is_number(instruction.result) || program_.types[slots[0]].dtype != DType::boolean)
    return false;
  for (std::size_t k = 1; k < 3; ++k) {
    if (program_.types[slots[k]].dtype != dtype && !is_known(slots[k])) return false;
  }
  const Source condition = number_of(slots[0]), x = number_as(slots[1], dtype),
               y = number_as(slots[2], dtype);
  for (const Slot slot : slots) use(slot);
  name(instruction.result, apply(kind_of({NumberCode::select}), {condition, x, y}));
  return true;
}

bool NumberRuns::take_stack(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const DType dtype = program_.types[instruction.result].dtype;
  if (!fills_cell(dtype)) return false;
  for (const Slot slot : slots) {
    if (program_.types[slot].ndim() != 0) return false;
    if (program_.types[slot].dtype != dtype && !is_known(slot)) return false;
  }
  values_.make_in_arena(instruction.result);
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const Source number = number_as(slots[k], dtype);
    use(slots[k]);
    touch(instruction.result,
          cell_at(instruction.result, static_cast<std::int64_t>(k) * cell_bytes), number);
  }
  return true;
}

bool NumberRuns::take_update(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const bool is_sum = instruction.primitive == &structural_row_of<AddAtSlice>;
  const DType dtype = program_.types[instruction.result].dtype;
  if (!fills_cell(dtype) || (is_sum && dtype != DType::float64)) return false;
  const Type& update = program_.types[slots[1]];
  if (update.ndim() != 0 || program_.types[slots[0]].dtype != dtype) return false;
  if (program_.types[slots[0]].ndim() == 0) return false;
  if (update.dtype != dtype && !is_known(slots[1])) return false;
  const Dims& index = is_sum ? parameters_of<AddAtSlice>(instruction.payload.pointer()).index
                             : parameters_of<SetAtSlice>(instruction.payload.pointer()).index;
  const std::int64_t at = element_of(*values_.dense_layout(instruction.result), index);
  if (at < 0) return false;
  const Source number = number_as(slots[1], dtype);
  if (!prepare_base(instruction)) return false;
  use(slots[1]);
  const Slot y = instruction.result;
  if (!is_sum) {
    touch(y, cell_at(y, at * cell_bytes), number);
  } else {
    const Source sum =
        apply(kind_of({NumberCode::add}), {element(y, at * cell_bytes, dtype), number});
    touch(y, cell_at(y, at * cell_bytes), sum);
  }
  return true;
}

bool NumberRuns::prepare_base(const Instruction& instruction) {
  const Slot x = program_.operands_of(instruction)[0], y = instruction.result;
  const bool is_last = values_.storage_of(x).uses == 1 && values_.is_whole(x);
  // Elsewhere the elements must be where they are meant to be when the run begins.
  if (!is_last && changed_.contains(values_[x].storage)) return false;
  values_.use(x);
  if (is_last) {
    values_.take_over(y, x);
    return true;
  }
  values_.make_in_arena(y);
  Step step{.kind = Step::Kind::copy};
  step.first = values_.add_view(x);
  values_.add_view(y);
  step.count = values_[y].layout->size();
  steps_.steps.push_back(step);
  return true;
}

std::uint32_t NumberRuns::cell_at(Slot slot, std::int64_t offset) const {
  return static_cast<std::uint32_t>((values_.place(slot).offset + offset) / cell_bytes);
}

void NumberRuns::touch(Slot array, std::uint32_t at, Source number) {
  const std::uint32_t storage = values_[array].storage;
  if (contents_.insert_or_assign(at, number).second) touched_.push_back({storage, at});
  ++changed_[storage];
}

void NumberRuns::use(Slot slot) {
  if (is_of_run(slot))
    values_.count_use(slot);
  else
    values_.use(slot);
}

void NumberRuns::name(Slot slot, Source number) {
  numbers_[slot] = number;
  slots_.push_back(slot);
}

std::uint32_t NumberRuns::constant(DType dtype, const std::byte* element) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, element, std::min(item_size(dtype), sizeof bits));
  const auto [found, is_new] = constants_.try_emplace(bits, 0);
  if (is_new) {
    if (constants_in_line_ == Arena::line / cell_bytes) {
      constant_line_ = values_.arena().take_untouched(Arena::line);
      constants_in_line_ = 0;
    }
    const std::int64_t offset = constant_line_ + constants_in_line_++ * cell_bytes;
    steps_.numbers.emplace_back(offset, bits);
    found->second = static_cast<std::uint32_t>(offset / cell_bytes);
  }
  return found->second;
}

Source NumberRuns::element(Slot slot, std::int64_t offset, DType dtype) {
  const Place place = values_.place(slot);
  const std::int64_t at = place.offset + offset;
  if (place.region == Region::constant) {
    const Array& value = program_.constants[place.number].second;
    return {Source::Kind::constant, constant(dtype, value.data() + at)};
  }
  if (place.region == Region::arena && at % cell_bytes == 0) {
    const auto number = static_cast<std::uint32_t>(at / cell_bytes);
    const auto found = contents_.empty() ? contents_.end() : contents_.find(number);
    return found == contents_.end() ? Source{Source::Kind::cell, number} : found->second;
  }
  const auto next = static_cast<std::uint32_t>(outside_.size());
  const auto key = std::pair(values_[slot].storage, values_[slot].offset + offset);
  return {Source::Kind::fetched,
          outside_.try_emplace(key, Outside{dtype, next}).first->second.index};
}

Source NumberRuns::number_of(Slot slot) {
  return is_of_run(slot) ? numbers_[slot] : element(slot, 0, program_.types[slot].dtype);
}

Source NumberRuns::number_as(Slot slot, DType dtype) {
  if (program_.types[slot].dtype == dtype) return number_of(slot);
  std::byte converted[8];
  const View view = values_.view(slot);
  convert_run(view.dtype, view.data, 1, dtype, converted, 1);
  return {Source::Kind::constant, constant(dtype, converted)};
}

std::uint8_t NumberRuns::kind_of(const NumberKind& kind) {
  auto found = std::ranges::find(kinds_, kind);
  if (found == kinds_.end()) found = kinds_.insert(found, kind);
  return static_cast<std::uint8_t>(found - kinds_.begin());
}

std::uint8_t NumberRuns::kind_of(const Row& row, const Primitive& primitive) {
  for (const auto& [kernel, kind] : kinds_of_rows_) {
    if (kernel == row.kernel) return kind;
  }
  const NumberCode code = code_of(primitive, row.dtype);
  const bool is_written = code != NumberCode::unary && code != NumberCode::binary;
  const bool can_be_wide = fills_cell(row.dtype) && !primitive.elementwise->is_predicate;
  const std::uint8_t kind = is_written ? kind_of({code}) : kind_of({code, can_be_wide, row.kernel});
  kinds_of_rows_.emplace_back(row.kernel, kind);
  return kind;
}

Source NumberRuns::apply(std::uint8_t kind, std::initializer_list<Source> operands) {
  NumberOperation operation{kind};
  int k = 0;
  for (const Source& operand : operands) operation.set_operand(k++, operand);
  operations_.push_back(operation);
  return {Source::Kind::operation, static_cast<std::uint32_t>(operations_.size() - 1)};
}

}  // namespace wg
