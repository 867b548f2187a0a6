#include "tape/plan/planner.h"

#include <algorithm>

#include "core/copy.h"
#include "primitives/matmul.h"
#include "tape/plan/loops.h"
#include "tape/plan/number_runs.h"
#include "tape/plan/product_steps.h"
#include "tape/plan/single_steps.h"
#include "tape/plan/tile_runs.h"
#include "tape/plan/values.h"

namespace wg {
namespace {

// Instructions that are looked at for the end of a run, and steps that may go before it.
constexpr std::uint32_t most_ahead = 48, most_beside = 32;

class Planner {
 public:
  Planner(const Program& program, Steps& steps)
      : program_(program),
        steps_(steps),
        values_(program, steps),
        numbers_(program, values_, steps),
        tiles_(program, values_, steps),
        products_(program, values_, steps),
        singles_(program, values_, steps),
        is_done_(program.instructions.size(), false) {}

  void run() {
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      add_readings_before(i);
      if (is_done_[i] || take_into_run(i)) continue;
      if (!take_product(i)) {
        singles_.add(i, program_.instructions[i]);
        credit(std::span(&i, 1));
      }
      values_.settle();
    }
    add_readings_before(program_.instructions.size());
    finish_runs();
    add_results();
    cut_stretches();
    steps_.arena_bytes = static_cast<std::size_t>(values_.arena().size());
  }

 private:
  /// What does not depend on a run over tiles that is open is done before it.
  bool take_into_run(std::uint32_t i) {
    const Instruction& instruction = program_.instructions[i];
    if (!tiles_.taken().empty()) {
      if (take_tile(i)) return true;
      if (tiles_.makes_operand_of(instruction) || instruction.primitive->is_compound) {
        take_ahead(i);
        finish_tiles();
      } else if (take_number(i) || is_view_beside_tiles(instruction)) {
        return true;
      } else if (tiles_.can_begin_with(instruction)) {
        take_ahead(i);
        finish_tiles();
      } else if (++beside_ > most_beside) {
        finish_tiles();
      }
    }
    if (take_number(i)) return true;
    if (tiles_.taken().empty() && take_tile(i)) return true;
    if (numbers_.is_empty()) return false;
    finish_numbers();
    return take_number(i);
  }

  bool take_tile(std::uint32_t i) {
    if (!tiles_.take(i)) return false;
    tile_run_.push_back(i);
    return true;
  }

  bool take_number(std::uint32_t i) {
    if (!numbers_.take(program_.instructions[i])) return false;
    credit(std::span(&i, 1));  // of a copy
    number_run_.push_back(i);
    return true;
  }

  /// With what reads it.
  bool take_product(std::uint32_t i) {
    const auto reader = products_.add(program_.instructions[i]);
    if (!reader) return false;
    is_done_[*reader] = true;
    const std::uint32_t both[] = {i, *reader};
    credit(both);
    return true;
  }

  /// What of the next instructions can go into the run that this one ends.
  void take_ahead(std::uint32_t i) {
    const auto end = std::min<std::size_t>(i + most_ahead, program_.instructions.size());
    ++wait_;
    waits_.resize(program_.types.size(), 0);
    const auto leave = [&](const Instruction& instruction) {
      for (std::uint32_t k = 0; k < instruction.result_count; ++k)
        waits_[instruction.result + k] = wait_;
    };
    leave(program_.instructions[i]);
    for (std::uint32_t k = i + 1; k < end; ++k) {
      if (next_reading_ < program_.readings.size() && program_.readings[next_reading_].before <= k)
        return;
      if (is_done_[k]) continue;
      const Instruction& instruction = program_.instructions[k];
      const bool is_ready = std::ranges::none_of(program_.operands_of(instruction),
                                                 [&](Slot slot) { return waits_[slot] == wait_; });
      is_done_[k] = is_ready && ((tiles_.makes_operand_of(instruction) && take_tile(k)) ||
                                 is_view_beside_tiles(instruction));
      if (!is_done_[k]) leave(instruction);
    }
  }

  /// Of an array that is there; nothing is done for it.
  bool is_view_beside_tiles(const Instruction& instruction) {
    const Slot x = program_.operands_of(instruction).empty() ? instruction.result
                                                             : program_.operands_of(instruction)[0];
    if (!instruction.primitive->view || program_.types[instruction.result].ndim() == 0)
      return false;
    return values_.is_placed(x) && singles_.add_view(instruction);
  }

  void finish_runs() {
    finish_tiles();
    finish_numbers();
  }

  void finish_numbers() {
    numbers_.finish();
    credit(number_run_);
    number_run_.clear();
  }

  /// One operation alone may take over the memory of an operand.
  void finish_tiles() {
    beside_ = 0;
    const auto taken = tiles_.taken();
    if (taken.empty()) return;
    finish_numbers();
    if (taken.size() > 1) {
      tiles_.finish();
    } else {
      const std::uint32_t i = taken[0];
      tiles_.forget();
      singles_.add(i, program_.instructions[i]);
    }
    credit(tile_run_);
    tile_run_.clear();
    values_.settle();
  }

  /// The steps that were added since are work for these instructions.
  void credit(std::span<const std::uint32_t> instructions) {
    while (steps_.credit_ends.size() < steps_.steps.size()) {
      steps_.credits.insert(steps_.credits.end(), instructions.begin(), instructions.end());
      steps_.credit_ends.push_back(static_cast<std::uint32_t>(steps_.credits.size()));
    }
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
    const bool has_own = step.kind == Step::Kind::loop || step.kind == Step::Kind::steered;
    if (has_own) return step.count;
    std::int64_t elements = step.count;
    const std::size_t end = step.first + step.operand_count + step.result_count;
    for (std::size_t k = step.first; k < end; ++k)
      elements = std::max(elements, steps_.views[k].layout->size());
    const bool is_product = step.kind == Step::Kind::product;
    if (step.kind != Step::Kind::evaluate && !is_product) return 10 + elements;
    const Primitive& primitive =
        is_product ? structural_row_of<Matmul> : *program_.instructions[step.number].primitive;
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
      if (step.kind == Step::Kind::compound || step.kind == Step::Kind::loop ||
          step.kind == Step::Kind::steered) {
        add(i);
        stretch.needs_lock = true;
        stretch.cost = cost_of(step);
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
  ProductSteps products_;
  SingleSteps singles_;
  Table<std::uint32_t> tile_run_, number_run_;  // the instructions of those that are open
  Table<bool> is_done_;                         // by instruction: taken before its turn
  // By slot: since which look ahead it is not there as yet. Empty before the first.
  Table<std::uint32_t> waits_;
  std::uint32_t wait_ = 0;
  std::uint32_t beside_ = 0;  // steps that went before the run that is open
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
