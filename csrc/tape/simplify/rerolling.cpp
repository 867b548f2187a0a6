#include "tape/simplify/rerolling.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>

#include "core/copy.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"
#include "sweeps/chain.h"
#include "tape/simplify/growing.h"
#include "tape/simplify/loop_results.h"
#include "tape/simplify/step_program.h"

namespace wg::simplify {
namespace {

constexpr std::size_t least_rolled = 1 << 15;     // instructions, in all
constexpr std::uint32_t least_in_loop = 1 << 12;  // those of one loop
// A step of a loop takes some time beside its instructions: short ones are taken several at once.
constexpr std::uint32_t least_in_step = 256;
constexpr std::uint32_t most_alike = 4;  // parts of a step that do the same

/// One behind the other, as an array.
Array stacked(const std::vector<Array>& all, const Type& type) {
  Shape shape(type.shape());
  shape.insert(0, static_cast<std::int64_t>(all.size()));
  Array whole = Array::empty(type.dtype, Layout::dense(shape));
  std::byte* to = whole.mutable_data();
  const auto bytes = static_cast<std::size_t>(bytes_of(type));
  for (const Array& own : all) {
    const Array from = dense(own);
    if (bytes > 0) std::memcpy(to, from.data(), bytes);
    to += bytes;
  }
  return whole;
}

class Rerolling {
 public:
  explicit Rerolling(Program& program) : program_(program), values_(program) {}

  bool run() {
    std::vector<Repeat> repeats = repeats_in(program_, least_in_loop);
    if (repeats.empty()) return false;
    // The same for all: a loop that goes back reads what steps of the one forward have kept.
    const Repeat& longest = *std::ranges::max_element(
        repeats, {}, [](const Repeat& own) { return own.period * own.count; });
    const std::uint32_t together = (least_in_step + longest.period - 1) / longest.period;
    for (const Repeat& repeat : repeats) {
      // Instructions may be alike within a step, as sums of several terms are.
      std::optional<SteadyLoop> loop;
      for (std::uint32_t times = 1; !loop && times <= most_alike; ++times) {
        const std::uint32_t steps = together * times;
        loop = steady_loop(values_, {repeat.first, repeat.period * steps, repeat.count / steps});
      }
      if (loop) values_.loops.push_back(std::move(*loop));
    }
    std::size_t rolled = 0;
    for (const SteadyLoop& loop : values_.loops) rolled += loop.end() - loop.first;
    if (rolled < least_rolled) return false;
    LoopReaders readers(values_);
    if (!readers.are_served()) return false;
    readers_ = &readers;
    rebuild();
    return true;
  }

 private:
  void rebuild() {
    now_.resize(program_.types.size());
    std::iota(now_.begin(), now_.end(), Slot{0});
    auto reading = program_.readings.begin();
    const auto place_readings = [&](std::size_t before) {
      for (; reading != program_.readings.end() && reading->before == before; ++reading) {
        reading->slot = now(reading->slot);
        reading->before = static_cast<std::uint32_t>(all_.instructions.size());
      }
    };
    std::uint32_t loop = 0;
    const auto count = static_cast<std::uint32_t>(program_.instructions.size());
    for (std::uint32_t i = 0; i < count; ++i) {
      place_readings(i);
      const std::uint32_t of = i;
      if (loop < values_.loops.size() && i == values_.loops[loop].first) {
        i = values_.loops[loop].end() - 1;
        add_loop(loop++);
      } else if (const auto found = readers_->joined_steps.find(i);
                 found != readers_->joined_steps.end()) {
        add_join(i, found->second);
      } else {
        add(i);
      }
      if (!program_.nodes.empty()) nodes_.resize(all_.instructions.size(), program_.nodes[of]);
    }
    place_readings(count);
    for (Slot& slot : program_.results) slot = now(slot);
    // What is taken out of rows in the end is of no line.
    if (!program_.nodes.empty()) nodes_.resize(all_.instructions.size());
    program_.types = std::move(types_);
    program_.operands = std::move(operands_);
    program_.nodes = std::move(nodes_);
    program_.instructions = std::move(all_.instructions);
  }

  /// Where a value is now: of steps that became a loop in its last state, or taken out of a row.
  Slot now(Slot slot) {
    const auto made = values_.made(slot);
    if (!made) return now_[slot];
    const LoopResults& results = readers_->results[made->loop];
    const std::uint32_t part = results.part(made->value);
    if (part != UINT32_MAX && made->step + 1 == values_.loops[made->loop].count)
      return loop_results_[made->loop] + part;
    const auto [found, is_new] = taken_.try_emplace(slot, Slot{0});
    if (is_new) {
      const InRow place = results.kept.at(made->value);
      found->second = all_.take(row(made->loop, place.row), made->step);
      if (place.element != InRow::whole) found->second = all_.take(found->second, place.element);
    }
    return found->second;
  }

  Slot row(std::uint32_t loop, std::uint32_t number) const {
    const auto parts = static_cast<Slot>(readers_->results[loop].parts.size());
    return loop_results_[loop] + parts + number;
  }

  void add(std::uint32_t i) {
    std::vector<Slot> slots;
    for (const Slot slot : program_.operands_of(program_.instructions[i])) {
      slots.push_back(now(slot));
    }
    all_.append(program_.instructions[i], slots);
  }

  void add_loop(std::uint32_t number) {
    const SteadyLoop& loop = values_.loops[number];
    const LoopResults& results = readers_->results[number];
    StepProgram step(values_, readers_->results, number);
    std::shared_ptr<const Program> program = step.run();
    auto plan = std::make_shared<ChainPlan>();
    std::vector<Slot> operands;
    for (const Slot slot : results.first) {
      const Type& type = program_.types[slot];
      plan->types.emplace_back(type.dtype, type.shape(), type.is_weak);
      operands.push_back(now(slot));
    }
    plan->rows = step.rows;
    plan->scanned = step.scanned.size();
    plan->outside = step.outside.size();
    plan->length = loop.count;
    for (const auto& scanned : step.scanned) operands.push_back(scanned_array(loop, scanned));
    for (const Slot slot : step.outside) operands.push_back(now(slot));
    plan->steps.push_back(
        {Ref<Payload>::adopt(new Call(std::make_shared<Callable>(std::move(program)))),
         std::move(step.sources)});
    auto payload = Ref<Payload>::adopt(new ChainCall(std::move(plan), {}));
    const std::vector<Type> types = static_cast<const ChainCall*>(payload.pointer())->infer({});
    loop_results_.push_back(static_cast<Slot>(types_.size()));
    for (const Type& type : types) all_.add_slot(type);
    all_.append({&loop_primitive(), std::move(payload), 0, 0, loop_results_.back(),
                 static_cast<std::uint32_t>(types.size()), false},
                operands);
  }

  Slot scanned_array(const SteadyLoop& loop, const StepProgram::Scanned& scanned) {
    using What = StepProgram::Scanned::What;
    const StepOperand& operand = *scanned.operand;
    if (scanned.what == What::rows) {
      return all_.take(row(operand.loop, scanned.row), scanned.start, loop.count, scanned.stride);
    }
    if (scanned.what == What::array) {
      const Slot array = now(operand.slot);
      if (scanned.width == 0) {
        return all_.take(array, scanned.start, loop.count, scanned.stride);
      }
      return blocks_of(array, scanned, loop.count);
    }
    std::vector<Array> constants;
    for (std::uint32_t step = 0; step < loop.count; ++step) {
      const Instruction& own =
          program_.instructions[loop.first + step * loop.period + scanned.position];
      constants.push_back(values_.constant(program_.operands[own.first_operand + scanned.k]));
    }
    Array whole = stacked(constants, program_.types[operand.slot]);
    const Slot slot = all_.add_slot({whole.dtype(), whole.layout_reference()});
    program_.constants.emplace_back(slot, std::move(whole));
    return slot;
  }

  /// What steps take of an array, each from a stretch of its own.
  Slot blocks_of(Slot array, const StepProgram::Scanned& scanned, std::int64_t count) {
    const bool goes_back = scanned.stride < 0;
    const std::int64_t first = scanned.start + (goes_back ? (count - 1) * scanned.stride : 0);
    Shape shape(types_[array].shape());
    shape[0] = scanned.width;
    shape.insert(0, count);
    const Slot taken = all_.take(array, first, count * scanned.width, 1);
    const Slot blocks =
        all_.apply(structural_row_of<Reshape>, payload_of(Reshape{.shape = std::move(shape)}),
                   std::span(&taken, 1));
    return goes_back ? all_.take(blocks, count - 1, count, -1) : blocks;
  }

  /// Of a join: what steps of loops make is there already, side by side in rows.
  void add_join(std::uint32_t i, const std::vector<JoinedSteps>& joined) {
    const Instruction& own = program_.instructions[i];
    const bool is_stack = own.primitive == &structural_row_of<Stack>;
    std::vector<Slot> parts, singles;
    const auto add_singles = [&] {
      if (singles.empty()) return;
      if (is_stack) {
        parts.push_back(all_.apply(*own.primitive, own.payload, singles));
      } else {
        parts.insert(parts.end(), singles.begin(), singles.end());
      }
      singles.clear();
    };
    auto steps = joined.begin();
    for (std::uint32_t k = 0; k < own.operand_count;) {
      if (steps == joined.end() || k != steps->first) {
        singles.push_back(now(program_.operands[own.first_operand + k++]));
        continue;
      }
      add_singles();
      parts.push_back(joined_rows(*steps, is_stack));
      k = (steps++)->end();
    }
    add_singles();
    const std::int64_t axis = -program_.types[own.result].ndim();
    all_.append({&structural_row_of<Concatenate>, payload_of(Concatenate{.axis = axis}), 0, 0,
                 own.result, 1, own.is_cut},
                parts);
  }

  Slot joined_rows(const JoinedSteps& steps, bool is_stack) {
    const Slot rows = all_.take(row(steps.loop, steps.row), steps.start, steps.count, steps.stride);
    if (is_stack && steps.width == 1) return rows;
    const auto shape = types_[rows].shape();
    Shape joined(shape.subspan(1));
    joined[0] *= shape[0];
    return all_.apply(structural_row_of<Reshape>, payload_of(Reshape{.shape = std::move(joined)}),
                      std::span(&rows, 1));
  }

  Program& program_;
  LoopValues values_;
  const LoopReaders* readers_ = nullptr;
  Table<Type> types_ = program_.types;
  Table<Slot> operands_;
  Growing all_{types_, operands_};
  std::vector<Ref<Node>> nodes_;
  Table<Slot> now_;                 // by slot
  std::map<Slot, Slot> taken_;      // out of rows
  std::vector<Slot> loop_results_;  // by loop: the first
};

}  // namespace

bool reroll(Program& program) {
  return program.instructions.size() >= least_rolled && Rerolling(program).run();
}

}  // namespace wg::simplify
