#include "tape/plan/single_steps.h"

#include <algorithm>

#include "sweeps/while_loop.h"
#include "tape/plan/loops.h"
#include "tape/plan/rows.h"
#include "tape/plan/steered.h"

namespace wg {
namespace {

// What Primitive::evaluate does not divide between threads.
constexpr std::int64_t longest_run = 65'536;
// Elements of an array of which the last line of cache is a part.
constexpr std::int64_t few_numbers = 512;

}  // namespace

void SingleSteps::add(std::uint32_t i, const Instruction& instruction) {
  const Primitive& primitive = *instruction.primitive;
  if (primitive.view && add_view(instruction)) return;
  if (primitive.is_compound && !primitive.evaluate) {
    if (!add_loop(instruction) && !add_steered(instruction)) add_compound(i, instruction);
    return;
  }
  if (!moves_.take(instruction) && !add_kernel(instruction)) add_evaluation(i, instruction);
}

bool SingleSteps::add_view(const Instruction& instruction) {
  const Slot x = program_.operands_of(instruction)[0], y = instruction.result;
  Viewed viewed;
  if (!instruction.primitive->view(instruction.payload.pointer(), values_.type(x), viewed))
    return false;
  Type& type = viewed.type;
  const bool is_same = type.layout.pointer() == values_[x].layout;
  values_.alias(y, x, is_same ? values_[x].layout : values_.keep(std::move(type.layout)),
                viewed.offset);
  values_.use(x);
  return true;
}

/// What has a row takes numbers of Python in its own dtype.
bool SingleSteps::add_kernel(const Instruction& instruction) {
  if (!instruction.primitive->elementwise) return false;
  const auto slots = program_.operands_of(instruction);
  const std::int64_t n = program_.types[instruction.result].size();
  if (n > longest_run) return false;
  bool is_constant[2] = {};
  Step step{.kind = Step::Kind::kernel};
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const Values::Value& value = values_[slots[k]];
    is_constant[k] =
        program_.types[slots[k]].ndim() == 0 && values_.place(slots[k]).region == Region::constant;
    const bool is_one = is_one_element(*value.layout);
    if (!is_one && (value.layout->size() != n || !value.layout->is_dense())) return false;
    step.operand_steps[k] = is_one && n != 1 ? 0 : 1;
  }
  const Row row = row_of(program_, instruction, std::span(is_constant, slots.size()));
  if (!row.kernel) return false;
  step.forward = row.kernel->forward;
  step.count = n;
  for (std::size_t k = 0; k < slots.size(); ++k) {
    const std::uint32_t view = values_.add_view_as(slots[k], row.dtype);
    if (k == 0) step.first = view;
  }
  finish(step, instruction);
  // What is behind the last element costs less than a register that is not full.
  const auto in_line = Arena::line / static_cast<std::int64_t>(item_size(row.dtype));
  if (n > 1 && n < few_numbers && lies_in_lines(instruction))
    steps_.steps.back().count = (n + in_line - 1) / in_line * in_line;
  return true;
}

/// Whether operands and result begin lines of the arena, of which the result has the last one to
/// itself.
bool SingleSteps::lies_in_lines(const Instruction& instruction) const {
  const auto begins_line = [&](Slot slot) {
    const Place place = values_.place(slot);
    return is_one_element(*values_[slot].layout) ||
           (place.region == Region::arena && place.offset % Arena::line == 0);
  };
  return values_.is_whole(instruction.result) &&
         std::ranges::all_of(program_.operands_of(instruction), begins_line);
}

void SingleSteps::add_evaluation(std::uint32_t i, const Instruction& instruction) {
  Step step{.kind = Step::Kind::evaluate};
  step.number = i;
  add_operands(step, instruction);
  finish(step, instruction);
}

std::vector<std::int64_t> SingleSteps::words_of(const Instruction& instruction,
                                                std::span<const View> operands) const {
  std::vector<std::int64_t> words{reinterpret_cast<std::intptr_t>(instruction.primitive)};
  instruction.payload->words(words, Constants::count);
  for (const View& view : operands) {
    words.push_back(static_cast<std::int64_t>(view.dtype));
    words.push_back(view.ndim());
    words.insert(words.end(), view.shape().begin(), view.shape().end());
    words.insert(words.end(), view.strides().begin(), view.strides().end());
  }
  return words;
}

bool SingleSteps::add_loop(const Instruction& instruction) {
  const Primitive* const primitive = instruction.primitive;
  if (primitive != &loop_primitive() && primitive != &chain_primitive()) return false;
  std::vector<View> operands;
  for (const Slot slot : program_.operands_of(instruction)) operands.push_back(values_.view(slot));
  const auto count = static_cast<std::uint32_t>(steps_.loops.size());
  const auto [known, is_new] = known_.try_emplace(words_of(instruction, operands), count);
  if (is_new) {
    auto made = loop_of(*static_cast<const ChainCall*>(instruction.payload.pointer()), operands);
    if (!made) {
      known_.erase(known);
      return false;
    }
    steps_.loops.push_back(std::move(made));
  }
  const LoopRun& loop = *steps_.loops[known->second];
  Step step{.kind = Step::Kind::loop};
  step.number = known->second;
  step.count = loop.cost * loop.chain->length;
  const std::int64_t bytes = loop.memory_bytes, place = values_.arena().take(bytes);
  step.work = place;
  add_operands(step, instruction);
  finish(step, instruction);
  values_.arena().give(place, bytes);
  return true;
}

namespace {

/// What decides which states a loop comes to.
std::vector<std::int64_t> words_of_states(const WhilePlan& plan, std::span<const Slot> operands) {
  std::vector<std::int64_t> words{reinterpret_cast<std::intptr_t>(plan.condition.get()),
                                  reinterpret_cast<std::intptr_t>(plan.body.get()), plan.lanes};
  words.insert(words.end(), operands.begin(),
               operands.begin() + static_cast<std::ptrdiff_t>(plan.operands()));
  for (const bool is_batched : plan.is_batched) words.push_back(is_batched);
  return words;
}

}  // namespace

std::uint32_t SingleSteps::shared_by(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const Payload* const payload = instruction.payload.pointer();
  if (instruction.primitive == &while_primitive()) {
    whiles_.try_emplace(words_of_states(static_cast<const WhileCall*>(payload)->plan(), slots),
                        steps_.steps.size());
  }
  if (instruction.primitive != &while_pull_primitive()) return 0;
  const auto found =
      whiles_.find(words_of_states(*static_cast<const WhilePull*>(payload)->shared_plan(), slots));
  if (found == whiles_.end()) return 0;
  std::uint32_t& number = steps_.steps[found->second].shared;
  if (number == 0) number = ++steps_.shared_loops;
  return number;
}

bool SingleSteps::add_steered(const Instruction& instruction) {
  if (!is_steered(*instruction.primitive)) return false;
  std::vector<View> operands;
  for (const Slot slot : program_.operands_of(instruction)) operands.push_back(values_.view(slot));
  const auto count = static_cast<std::uint32_t>(steps_.steered.size());
  const auto [known, is_new] = known_.try_emplace(words_of(instruction, operands), count);
  if (is_new) {
    auto made = steered_of(instruction, operands);
    if (!made) {
      known_.erase(known);
      return false;
    }
    steps_.steered.push_back(std::move(made));
  }
  Step step{.kind = Step::Kind::steered};
  step.number = known->second;
  step.count = steps_.steered[known->second]->cost;
  step.shared = shared_by(instruction);
  add_operands(step, instruction);
  finish(step, instruction);
  return true;
}

/// Its operands become arrays, since others may keep them.
void SingleSteps::add_compound(std::uint32_t i, const Instruction& instruction) {
  Step step{.kind = Step::Kind::compound};
  step.number = i;
  for (const Slot slot : program_.operands_of(instruction)) {
    const Values::Storage& storage = values_.storage_of(slot);
    steps_.wholes.push_back({storage.place, storage.bytes});
  }
  add_operands(step, instruction);
  finish(step, instruction);
}

void SingleSteps::add_operands(Step& step, const Instruction& instruction) {
  step.first = static_cast<std::uint32_t>(steps_.views.size());
  for (const Slot slot : program_.operands_of(instruction)) values_.add_view(slot);
}

/// Finds memory for the results, of which one may lie where an operand does.
void SingleSteps::finish(Step& step, const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  step.operand_count = static_cast<std::uint32_t>(slots.size());
  step.result_count = instruction.result_count;
  const Slot y = instruction.result;
  for (const Slot slot : slots) values_.use(slot);
  const bool is_compound = step.kind == Step::Kind::compound || step.kind == Step::Kind::loop ||
                           step.kind == Step::Kind::steered;
  const auto given = is_compound ? slots.end() : shared(instruction);
  for (std::uint32_t k = 0; k < step.result_count; ++k) {
    if (given != slots.end())
      values_.take_over(y, *given);
    else
      values_.make(y + k);
    values_.add_view(y + k);
  }
  if (step.kind == Step::Kind::evaluate) step.work = place_of_work(step, instruction);
  const bool is_nothing = step.kind == Step::Kind::kernel && step.count == 0;
  if (!is_nothing) steps_.steps.push_back(step);
}

/// The operand that the result takes the memory of.
std::span<const Slot>::iterator SingleSteps::shared(const Instruction& instruction) {
  const auto slots = program_.operands_of(instruction);
  const Primitive& primitive = *instruction.primitive;
  const Slot y = instruction.result;
  if (instruction.result_count != 1 || program_.types[y].ndim() == 0) return slots.end();
  for (std::size_t k = 0; k < slots.size() && primitive.shares >> k != 0; ++k) {
    const Slot x = slots[k];
    if (!(primitive.shares >> k & 1) || !values_.can_take_over(y, x)) continue;
    if (program_.types[x].dtype != program_.types[y].dtype ||
        !std::ranges::equal(values_[x].layout->shape(), program_.types[y].shape()))
      continue;
    // Elementwise work reads an element before it writes there, and no other.
    bool is_alone = true;
    for (std::size_t other = 0; other < slots.size(); ++other) {
      is_alone &= other == k || values_[slots[other]].storage != values_[x].storage ||
                  (primitive.elementwise && values_.is_whole(slots[other]));
    }
    if (is_alone) return slots.begin() + static_cast<std::ptrdiff_t>(k);
  }
  return slots.end();
}

std::int64_t SingleSteps::place_of_work(const Step& step, const Instruction& instruction) {
  if (!instruction.primitive->workspace) return 0;
  const std::span all(steps_.views);
  const Work work = instruction.primitive->workspace(
      instruction.payload.pointer(), all.subspan(step.first, step.operand_count),
      all.subspan(step.first + step.operand_count, step.result_count));
  if (work.bytes == 0) return 0;
  const auto bytes = static_cast<std::int64_t>(work.bytes);
  const std::int64_t place = values_.arena().take(bytes);
  values_.arena().give(place, bytes);
  return place;
}

}  // namespace wg
