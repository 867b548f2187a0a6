#include "tape/simplify/loop_results.h"

#include <algorithm>
#include <ranges>

#include "primitives/movement.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t fewest_joined = 3;  // steps

/// Whether operands come one behind the other in memory.
bool joins_first_axis(const Program& program, const Instruction& own) {
  const std::int64_t first = -program.types[own.result].ndim();
  if (own.primitive == &structural_row_of<Stack>)
    return parameters_of<Stack>(own.payload.pointer()).axis == first;
  return own.primitive == &structural_row_of<Concatenate> &&
         parameters_of<Concatenate>(own.payload.pointer()).axis == first;
}

}  // namespace

std::uint32_t LoopResults::part(const StepValue& value) const {
  const auto found = std::ranges::find(parts, value);
  return found == parts.end() ? UINT32_MAX : static_cast<std::uint32_t>(found - parts.begin());
}

LoopReaders::LoopReaders(const LoopValues& values)
    : results(values.loops.size()), values_(values), kept_(values.loops.size()) {
  read_by_loops();
  read_outside();
  for (std::uint32_t loop = 0; loop < results.size(); ++loop) {
    const LoopResults& own = results[loop];
    if (own.parts.empty() && own.rows.empty() && kept_[loop].empty()) keep_smallest(loop);
    place_in_rows(loop);
  }
}

void LoopReaders::read_by_loops() {
  for (std::uint32_t number = 0; number < results.size(); ++number) {
    LoopResults& own = results[number];
    for (const StepOperand& operand : values_.loops[number].operands) {
      if (operand.from != StepOperand::From::before) continue;
      if (own.part(operand.value) != UINT32_MAX) continue;
      own.parts.push_back(operand.value);
      own.first.push_back(operand.slot);
    }
  }
  for (std::uint32_t number = 0; number < results.size(); ++number) {
    for (const StepOperand& operand : values_.loops[number].operands) {
      if (operand.from == StepOperand::From::rows) {
        keep(operand.loop, operand.value, operand.slot);
      } else if (operand.from == StepOperand::From::outside) {
        read(operand.slot);
      }
    }
    for (const Slot slot : results[number].first) read(slot);
  }
}

void LoopReaders::read_outside() {
  const Program& program = values_.program;
  auto loop = values_.loops.begin();
  for (std::uint32_t i = 0; i < program.instructions.size(); ++i) {
    if (loop != values_.loops.end() && i == loop->first) {
      i = (loop++)->end() - 1;
      continue;
    }
    const Instruction& own = program.instructions[i];
    if (joins_first_axis(program, own)) {
      read_in_join(i);
    } else {
      for (const Slot slot : program.operands_of(own)) read(slot);
    }
  }
  for (const Reading& reading : program.readings) read(reading.slot);
  for (const Slot slot : program.results) read(slot);
}

void LoopReaders::read_in_join(std::uint32_t i) {
  const Instruction& join = values_.program.instructions[i];
  for (std::uint32_t k = 0; k < join.operand_count;) {
    if (const auto found = joined_at(i, k)) {
      joined_steps[i].push_back(*found);
      k = found->end();
    } else {
      read(values_.program.operands_of(join)[k++]);
    }
  }
}

std::vector<StepValue> LoopReaders::block_at(const Instruction& join, std::uint32_t k) const {
  const auto slots = values_.program.operands_of(join);
  std::vector<StepValue> block;
  const auto first = values_.made(slots[k]);
  for (; first && k < slots.size(); ++k) {
    const auto own = values_.made(slots[k]);
    if (!own || own->loop != first->loop || own->step != first->step) break;
    block.push_back(own->value);
  }
  return block;
}

std::optional<JoinedSteps> LoopReaders::joined_at(std::uint32_t i, std::uint32_t k) {
  const Instruction& join = values_.program.instructions[i];
  const auto slots = values_.program.operands_of(join);
  const std::vector<StepValue> block = block_at(join, k);
  const auto width = static_cast<std::uint32_t>(block.size());
  if (width == 0 || k + width >= slots.size()) return {};
  const auto first = values_.made(slots[k]), second = values_.made(slots[k + width]);
  if (!second || second->loop != first->loop) return {};
  JoinedSteps found{.first = k,
                    .count = 1,
                    .loop = first->loop,
                    .row = 0,
                    .start = first->step,
                    .stride = second->step - first->step,
                    .width = width};
  const auto goes_on = [&] {
    if (found.end() + width > slots.size()) return false;
    for (std::uint32_t n = 0; n < width; ++n) {
      const auto own = values_.made(slots[found.end() + n]);
      if (!own || own->loop != found.loop || own->value != block[n] ||
          own->step != found.start + found.count * found.stride) {
        return false;
      }
    }
    return true;
  };
  while (goes_on()) ++found.count;
  if (found.count < fewest_joined) return {};
  for (std::uint32_t n = 0; n < width; ++n) are_served_ &= values_.may_be_kept(slots[k + n]);
  std::vector<LoopRow>& rows = results[found.loop].rows;
  found.row = static_cast<std::uint32_t>(rows.size());
  rows.push_back({block});
  if (width > 1) {
    rows.back().join = join.primitive;
    rows.back().payload = join.payload;
  }
  return found;
}

void LoopReaders::read(Slot slot) {
  const auto made = values_.made(slot);
  if (!made) return;
  const LoopResults& own = results[made->loop];
  const bool is_last = made->step + 1 == values_.loops[made->loop].count;
  if (is_last && own.part(made->value) != UINT32_MAX) return;
  // What has an axis is not weak.
  are_served_ &= !values_.program.types[slot].is_weak;
  ++singles_;
  keep(made->loop, made->value, slot);
}

void LoopReaders::keep(std::uint32_t loop, const StepValue& value, Slot slot) {
  are_served_ &= values_.may_be_kept(slot);
  kept_[loop].emplace(value, &values_.program.types[slot]);
}

void LoopReaders::keep_smallest(std::uint32_t loop) {
  const Program& program = values_.program;
  const SteadyLoop& own = values_.loops[loop];
  const auto result = [&](std::uint32_t i) { return program.instructions[i].result; };
  const auto bytes = [&](std::uint32_t i) { return bytes_of(program.types[result(i)]); };
  const auto step = std::views::iota(own.first, own.first + own.period);
  const std::uint32_t smallest = *std::ranges::min_element(step, {}, bytes);
  keep(loop, {smallest - own.first, 0}, result(smallest));
}

void LoopReaders::place_in_rows(std::uint32_t loop) {
  LoopResults& own = results[loop];
  std::map<DType, std::uint32_t> shared;  // rows
  for (const auto& [value, type] : kept_[loop]) {
    const auto next = static_cast<std::uint32_t>(own.rows.size());
    if (type->ndim() > 0 || type->is_weak) {
      own.kept.emplace(value, InRow{next, InRow::whole});
      own.rows.push_back({{value}});
      continue;
    }
    const auto [found, is_new] = shared.try_emplace(type->dtype, next);
    if (is_new) {
      own.rows.push_back({{}, &structural_row_of<Stack>, payload_of(Stack{.axis = -1})});
    }
    std::vector<StepValue>& values = own.rows[found->second].values;
    own.kept.emplace(value, InRow{found->second, static_cast<std::int64_t>(values.size())});
    values.push_back(value);
  }
}

}  // namespace wg::simplify
