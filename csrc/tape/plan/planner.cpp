#include "tape/plan/planner.h"

#include <algorithm>

#include "core/copy.h"
#include "tape/plan/moves.h"
#include "tape/plan/number_runs.h"
#include "tape/plan/rows.h"
#include "tape/plan/tile_runs.h"
#include "tape/plan/values.h"

namespace wg {
namespace {

// What Primitive::evaluate does not divide between threads.
constexpr std::int64_t longest_run = 65'536;
// Elements of an array of which the last line of cache is a part.
constexpr std::int64_t few = 512;
// Between two stretches the user may interrupt.
constexpr std::int64_t longest_stretch = 20'000'000;

class Planner {
 public:
  Planner(const Program& program, Steps& steps)
      : program_(program),
        steps_(steps),
        values_(program, steps),
        numbers_(program, values_, steps),
        tiles_(program, values_, steps),
        moves_(program, values_, steps) {}

  void run() {
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      add_readings_before(i);
      if (take_into_run(i)) continue;
      add(i, program_.instructions[i]);
      credit(std::span(&i, 1));
      values_.settle();
    }
    add_readings_before(program_.instructions.size());
    finish_runs();
    add_results();
    cut_stretches();
    steps_.arena_bytes = static_cast<std::size_t>(values_.arena().size());
  }

 private:
  /// At most one of the two kinds of runs is open.
  bool take_into_run(std::uint32_t i) {
    const Instruction& instruction = program_.instructions[i];
    if (!tiles_.taken().empty()) {
      if (take_tile(i)) {
        if (tiles_.is_complete()) finish_tiles();
        return true;
      }
      if (is_view_beside_tiles(instruction)) return true;
      finish_tiles();
    }
    if (take_number(i)) return true;
    if (!numbers_.is_empty()) {
      finish_numbers();
      if (take_number(i)) return true;
    }
    finish_numbers();
    return take_tile(i);
  }

  bool take_tile(std::uint32_t i) {
    if (!tiles_.take(i)) return false;
    run_.push_back(i);
    return true;
  }

  bool take_number(std::uint32_t i) {
    if (!numbers_.take(program_.instructions[i])) return false;
    run_.push_back(i);
    return true;
  }

  /// Of an array that the run does not make; nothing is done for it.
  bool is_view_beside_tiles(const Instruction& instruction) {
    if (!instruction.primitive->view || program_.types[instruction.result].ndim() == 0)
      return false;
    return !tiles_.has(program_.operands_of(instruction)[0]) && add_view(instruction);
  }

  void finish_runs() {
    finish_tiles();
    finish_numbers();
  }

  void finish_numbers() {
    numbers_.finish();
    credit_run();
  }

  /// One operation alone may take over the memory of an operand.
  void finish_tiles() {
    const auto taken = tiles_.taken();
    if (taken.empty()) return;
    if (taken.size() > 1) {
      tiles_.finish();
      return credit_run();
    }
    const std::uint32_t i = taken[0];
    tiles_.forget();
    add(i, program_.instructions[i]);
    credit_run();
    values_.settle();
  }

  /// The steps that were added since are work for these instructions.
  void credit(std::span<const std::uint32_t> instructions) {
    while (steps_.credit_ends.size() < steps_.steps.size()) {
      steps_.credits.insert(steps_.credits.end(), instructions.begin(), instructions.end());
      steps_.credit_ends.push_back(static_cast<std::uint32_t>(steps_.credits.size()));
    }
  }

  void credit_run() {
    credit(run_);
    run_.clear();
  }

  void add_readings_before(std::size_t instruction) {
    while (next_reading_ < program_.readings.size() &&
           program_.readings[next_reading_].before <= instruction) {
      finish_runs();
      const Reading& reading = program_.readings[next_reading_];
      Step step{.kind = Step::Kind::read};
      step.first = values_.add_view(reading.slot);
      step.number = static_cast<std::uint32_t>(next_reading_++);
      step.operand_count = 1;
      step.count = values_[reading.slot].layout->size();
      steps_.steps.push_back(step);
      credit({});
      steps_.seen.push_back(dense(reading.seen));
      values_.use(reading.slot);
      values_.settle();
    }
  }

  void add(std::uint32_t i, const Instruction& instruction) {
    const Primitive& primitive = *instruction.primitive;
    if (primitive.view && add_view(instruction)) return;
    if (primitive.is_compound && !primitive.evaluate) return add_compound(i, instruction);
    if (!moves_.take(instruction) && !add_kernel(instruction)) add_evaluation(i, instruction);
  }

  bool add_view(const Instruction& instruction) {
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
  bool add_kernel(const Instruction& instruction) {
    if (!instruction.primitive->elementwise) return false;
    const auto slots = program_.operands_of(instruction);
    const std::int64_t n = program_.types[instruction.result].size();
    if (n > longest_run) return false;
    bool is_constant[2] = {};
    Step step{.kind = Step::Kind::kernel};
    for (std::size_t k = 0; k < slots.size(); ++k) {
      const Values::Value& value = values_[slots[k]];
      is_constant[k] = program_.types[slots[k]].ndim() == 0 &&
                       values_.place(slots[k]).region == Region::constant;
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
    if (n > 1 && n < few && lies_in_lines(instruction))
      steps_.steps.back().count = (n + in_line - 1) / in_line * in_line;
    return true;
  }

  /// Whether operands and result begin lines of the arena, of which the result has the last one to
  /// itself.
  bool lies_in_lines(const Instruction& instruction) const {
    const auto begins_line = [&](Slot slot) {
      const Place place = values_.place(slot);
      return is_one_element(*values_[slot].layout) ||
             (place.region == Region::arena && place.offset % Arena::line == 0);
    };
    return values_.is_whole(instruction.result) &&
           std::ranges::all_of(program_.operands_of(instruction), begins_line);
  }

  void add_evaluation(std::uint32_t i, const Instruction& instruction) {
    Step step{.kind = Step::Kind::evaluate};
    step.number = i;
    add_operands(step, instruction);
    finish(step, instruction);
  }

  /// Its operands become arrays, since others may keep them.
  void add_compound(std::uint32_t i, const Instruction& instruction) {
    Step step{.kind = Step::Kind::compound};
    step.number = i;
    for (const Slot slot : program_.operands_of(instruction)) {
      const Values::Storage& storage = values_.storage_of(slot);
      steps_.wholes.push_back({storage.place, storage.bytes});
    }
    add_operands(step, instruction);
    finish(step, instruction);
  }

  void add_operands(Step& step, const Instruction& instruction) {
    step.first = static_cast<std::uint32_t>(steps_.views.size());
    for (const Slot slot : program_.operands_of(instruction)) values_.add_view(slot);
  }

  /// Finds memory for the results, of which one may lie where an operand does.
  void finish(Step& step, const Instruction& instruction) {
    const auto slots = program_.operands_of(instruction);
    step.operand_count = static_cast<std::uint32_t>(slots.size());
    step.result_count = instruction.result_count;
    const Slot y = instruction.result;
    for (const Slot slot : slots) values_.use(slot);
    const auto given = step.kind == Step::Kind::compound ? slots.end() : shared(instruction);
    for (std::uint32_t k = 0; k < step.result_count; ++k) {
      if (given != slots.end())
        values_.take_over(y, *given);
      else
        values_.make(y + k);
      values_.add_view(y + k);
    }
    step.work = place_of_work(step, instruction);
    const bool is_nothing = step.kind == Step::Kind::kernel && step.count == 0;
    if (!is_nothing) steps_.steps.push_back(step);
  }

  /// The operand that the result takes the memory of.
  std::span<const Slot>::iterator shared(const Instruction& instruction) {
    const auto slots = program_.operands_of(instruction);
    const Primitive& primitive = *instruction.primitive;
    const Slot y = instruction.result;
    if (instruction.result_count != 1 || program_.types[y].ndim() == 0 || values_.has_place(y))
      return slots.end();
    for (std::size_t k = 0; k < slots.size() && primitive.shares >> k != 0; ++k) {
      const Slot x = slots[k];
      if (!(primitive.shares >> k & 1) || !values_.is_whole(x)) continue;
      if (!values_.is_unused(values_[x].storage)) continue;
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

  std::int64_t place_of_work(const Step& step, const Instruction& instruction) {
    if (step.kind != Step::Kind::evaluate || !instruction.primitive->workspace) return 0;
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

  void add_results() {
    for (std::uint32_t k = 0; k < program_.results.size(); ++k) {
      const Slot slot = program_.results[k];
      const Type& type = program_.types[slot];
      const Layout* const layout = values_.dense_layout(slot);
      steps_.results.emplace_back(
          type.dtype, type.ndim() == 0 ? nullptr : Ref<Layout>::share(const_cast<Layout*>(layout)),
          type.is_weak);
      const Place place = values_.place(slot);
      const bool is_there = place.region == Region::result && place.number == k &&
                            values_[slot].layout->is_dense() && place.offset == 0;
      if (!is_there) steps_.copies.push_back({values_.add_view(slot), k});
    }
  }

  /// Roughly, in nanoseconds.
  std::int64_t cost_of(const Step& step) const {
    std::int64_t elements = step.count;
    const std::size_t end = step.first + step.operand_count + step.result_count;
    for (std::size_t k = step.first; k < end; ++k)
      elements = std::max(elements, steps_.views[k].layout->size());
    if (step.kind != Step::Kind::evaluate) return 10 + elements;
    const Primitive& primitive = *program_.instructions[step.number].primitive;
    if (primitive.elementwise) return 20 + elements;
    const View& x = steps_.views[step.first];
    // Products and factors of matrices take more than a step for each element.
    const bool is_matrix = step.operand_count > 0 && x.ndim() > 1 && !primitive.view;
    return 50 + elements * (is_matrix ? std::max<std::int64_t>(1, x.shape().back() / 8) : 1);
  }

  void cut_stretches() {
    Stretch stretch;
    const auto add = [&](std::size_t end) {
      stretch.end = static_cast<std::uint32_t>(end);
      if (steps_.stretches.empty() ? end > 0 : end > steps_.stretches.back().end)
        steps_.stretches.push_back(stretch);
      stretch = {};
    };
    for (std::size_t i = 0; i < steps_.steps.size(); ++i) {
      const Step& step = steps_.steps[i];
      if (step.kind == Step::Kind::compound) {
        add(i);
        stretch.needs_lock = true;
        add(i + 1);
        continue;
      }
      stretch.cost += cost_of(step);
      if (stretch.cost >= longest_stretch) add(i + 1);
    }
    add(steps_.steps.size());
  }

  const Program& program_;
  Steps& steps_;
  Values values_;
  NumberRuns numbers_;
  TileRuns tiles_;
  Moves moves_;
  Table<std::uint32_t> run_;  // the instructions of the one that is open
  std::size_t next_reading_ = 0;
};

}  // namespace

Steps steps_of(const Program& program, std::vector<Ref<Layout>> inputs) {
  Steps steps;
  steps.input_layouts = std::move(inputs);
  Planner(program, steps).run();
  return steps;
}

}  // namespace wg
