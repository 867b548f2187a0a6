#include "tape/simplify/step_program.h"

#include <algorithm>

#include "primitives/shape.h"
#include "tape/simplify/living.h"

namespace wg::simplify {
namespace {

/// The rest of an index behind its first integer.
Dims behind_first(const Dims& index) { return Dims(std::span(index.begin() + 2, index.end())); }

}  // namespace

std::shared_ptr<const Program> StepProgram::run() {
  find_blocks();
  const StepOperand* operand = loop_.operands.data();
  for (std::uint32_t j = 0; j < loop_.period; ++j) {
    const Instruction& own = given_.instructions[loop_.first + j];
    own_result_.push_back(static_cast<Slot>(program_.types.size()));
    if (loop_.strides[j] != 0) {
      take_element(own, *operand, j);
    } else {
      std::vector<Slot> slots;
      for (std::uint32_t k = 0; k < own.operand_count; ++k) {
        slots.push_back(slot_of(operand[k], j, k));
      }
      own_result_[j] = static_cast<Slot>(program_.types.size());
      copy(own, slots);
    }
    operand += own.operand_count;
  }
  for (const StepValue& part : results_.parts) program_.results.push_back(slot_of(part));
  for (const LoopRow& row : results_.rows) program_.results.push_back(slot_of(row));
  program_.leaf_count = program_.inputs.size();
  program_.instructions = std::move(body_.instructions);
  return std::make_shared<const Program>(living(std::move(program_)));
}

Slot StepProgram::slot_of(const StepOperand& operand, std::uint32_t j, std::uint32_t k) {
  using From = StepOperand::From;
  switch (operand.from) {
    case From::step:
      return slot_of(operand.value);
    case From::before:
      return input({StepInput::From::state, results_.part(operand.value)},
                   given_.types[operand.slot]);
    case From::outside:
      return outside_input(operand.slot);
    case From::numbers:
      return scanned_input({.what = Scanned::What::numbers,
                            .operand = &operand,
                            .start = 0,
                            .stride = 1,
                            .position = j,
                            .k = k},
                           given_.types[operand.slot]);
    case From::rows:
      return in_row(operand);
  }
  return 0;
}

Slot StepProgram::slot_of(const LoopRow& row) {
  std::vector<Slot> slots;
  for (const StepValue& value : row.values) slots.push_back(slot_of(value));
  const Slot slot = row.join ? body_.apply(*row.join, row.payload, slots) : slots[0];
  const Type& type = program_.types[slot];
  rows.emplace_back(type.dtype, type.shape(), type.is_weak);
  return slot;
}

Slot StepProgram::outside_input(Slot slot) {
  const auto found = std::ranges::find(outside, slot);
  const auto number = static_cast<std::uint32_t>(found - outside.begin());
  if (found == outside.end()) outside.push_back(slot);
  return input({StepInput::From::outside, number}, given_.types[slot]);
}

Slot StepProgram::input(const StepInput& source, const Type& type) {
  const auto [found, is_new] = inputs_.try_emplace(source, Slot{0});
  if (!is_new) return found->second;
  found->second = body_.add_slot(type);
  program_.inputs.push_back(found->second);
  sources.push_back(source);
  return found->second;
}

Slot StepProgram::scanned_input(const Scanned& own, const Type& type) {
  const auto found = std::ranges::find_if(scanned, [&](const Scanned& other) {
    return own.what == other.what && own.what != Scanned::What::numbers &&
           own.start == other.start && own.stride == other.stride && own.width == other.width &&
           own.row == other.row &&
           (own.what == Scanned::What::rows ? own.operand->loop == other.operand->loop
                                            : own.operand->slot == other.operand->slot);
  });
  const auto number = static_cast<std::uint32_t>(found - scanned.begin());
  if (found == scanned.end()) scanned.push_back(own);
  return input({StepInput::From::scanned, number}, type);
}

Slot StepProgram::in_row(const StepOperand& operand) {
  const LoopResults& results = all_results_[operand.loop];
  const InRow place = results.kept.at(operand.value);
  const Type& type = given_.types[operand.slot];
  const auto count = static_cast<std::int64_t>(results.rows[place.row].values.size());
  const bool is_whole = place.element == InRow::whole;
  const Slot row = scanned_input({.what = Scanned::What::rows,
                                  .operand = &operand,
                                  .start = operand.start,
                                  .stride = operand.stride,
                                  .row = place.row},
                                 is_whole ? type : Type(type.dtype, std::span(&count, 1)));
  return is_whole ? row : element(row, place.element);
}

Slot StepProgram::element(Slot array, std::int64_t number) {
  const auto [found, is_new] = elements_.try_emplace({array, number}, Slot{0});
  if (is_new) found->second = body_.take(array, number);
  return found->second;
}

void StepProgram::find_blocks() {
  const StepOperand* operand = loop_.operands.data();
  for (std::uint32_t j = 0; j < loop_.period; ++j) {
    const Instruction& own = given_.instructions[loop_.first + j];
    if (loop_.strides[j] != 0) {
      const std::int64_t start = first_integer(own);
      const auto [found, is_new] =
          blocks_.try_emplace({operand->slot, loop_.strides[j]}, Block{start, start});
      found->second.first = std::min(found->second.first, start);
      found->second.last = std::max(found->second.last, start);
    }
    operand += own.operand_count;
  }
  std::erase_if(blocks_, [&](const auto& block) {
    const auto& [array, stride] = block.first;
    const std::int64_t width = std::abs(stride), n = given_.types[array].shape()[0];
    const std::int64_t far = block.second.first + (loop_.count - 1) * stride;
    return block.second.last == block.second.first ||
           block.second.last - block.second.first >= width ||
           std::max(far, block.second.first) + width > n || far < 0;
  });
}

void StepProgram::take_element(const Instruction& own, const StepOperand& array, std::uint32_t j) {
  const std::int64_t start = first_integer(own), stride = loop_.strides[j];
  const Type& whole = given_.types[array.slot];
  Scanned block{.what = Scanned::What::array, .operand = &array, .start = start, .stride = stride};
  const auto found = blocks_.find({array.slot, stride});
  Slot taken;
  if (found == blocks_.end()) {
    taken = scanned_input(block, Type(whole.dtype, whole.shape().subspan(1)));
  } else {
    block.start = found->second.first;
    block.width = std::abs(stride);
    Shape shape(whole.shape());
    shape[0] = block.width;
    taken = element(scanned_input(block, Type(whole.dtype, shape)), start - block.start);
  }
  const Dims rest = behind_first(parameters_of<Slice>(own.payload.pointer()).index);
  own_result_[j] = static_cast<Slot>(program_.types.size());
  if (rest.size() > 0) {
    Instruction sliced = own;
    sliced.payload = payload_of(Slice{.index = rest});
    copy(sliced, std::span(&taken, 1));
  } else if (own.is_cut) {
    copy({&structural_row_of<Identity>, nullptr, 0, 0, own.result, 1, true}, std::span(&taken, 1));
  } else {
    own_result_[j] = taken;
  }
}

void StepProgram::copy(Instruction own, std::span<const Slot> slots) {
  const Slot first = static_cast<Slot>(program_.types.size());
  for (Slot k = 0; k < own.result_count; ++k) body_.add_slot(given_.types[own.result + k]);
  own.result = first;
  body_.append(std::move(own), slots);
}

}  // namespace wg::simplify
