#include "tape/simplify/steady_loops.h"

#include <algorithm>
#include <bit>

#include "tape/simplify/asking.h"
#include "tape/simplify/role.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t fewest_steps = 3;

class Steadiness {
 public:
  Steadiness(const LoopValues& values, const Repeat& repeat)
      : values_(values), program_(values.program), repeat_(repeat) {}

  std::optional<SteadyLoop> run() {
    find_longest();
    if (count_ < fewest_steps + 1) return {};
    --count_;
    SteadyLoop loop{.first = start(first_), .period = repeat_.period, .count = count_};
    for (std::uint32_t j = 0; j < repeat_.period; ++j) {
      const Instruction& own = program_.instructions[loop.first + j];
      const Instruction& next = program_.instructions[loop.first + repeat_.period + j];
      loop.strides.push_back(first_integer(next) - first_integer(own));
      for (std::uint32_t k = 0; k < own.operand_count; ++k) {
        loop.operands.push_back(operand(own, next, j, k));
        if (loop.operands.back().from == From::before && !is_carried(loop, loop.operands.back()))
          return {};
      }
    }
    return loop;
  }

 private:
  using From = StepOperand::From;

  /// What two operands, a step apart, are to each other.
  struct Relation {
    From from;
    StepValue value{};
    std::uint32_t loop = 0;
    std::int64_t stride = 0;
  };

  std::uint32_t start(std::uint32_t step) const { return repeat_.first + step * repeat_.period; }

  std::optional<StepValue> value_in(Slot slot, std::int64_t begin) const {
    const std::uint32_t maker = values_.maker(slot);
    if (maker == UINT32_MAX || maker < begin || maker >= begin + repeat_.period) return {};
    return StepValue{static_cast<std::uint32_t>(maker - begin),
                     slot - program_.instructions[maker].result};
  }

  /// Of an operand in a step, and of the same in the step before.
  std::optional<Relation> relation(std::uint32_t step, Slot slot, Slot earlier) const {
    const std::int64_t begin = start(step), period = repeat_.period;
    if (slot == earlier) return Relation{From::outside};
    if (values_.is_constant(slot) && values_.is_constant(earlier)) {
      const bool are_known =
          !values_.constant(slot).is_abstract() && !values_.constant(earlier).is_abstract();
      if (are_known) return Relation{From::numbers};
      return {};
    }
    for (const From from : {From::step, From::before}) {
      const std::int64_t behind = from == From::before ? period : 0;
      const auto value = value_in(slot, begin - behind);
      if (!value) continue;
      if (value != value_in(earlier, begin - behind - period)) return {};
      return Relation{from, *value};
    }
    const auto one = values_.made(slot), two = values_.made(earlier);
    if (!one || !two || one->loop != two->loop || one->value != two->value) return {};
    return Relation{From::rows, one->value, one->loop, one->step - two->step};
  }

  /// A number for how a step goes on from the one before; 0 if it does not.
  std::uint64_t transition(std::uint32_t step) const {
    std::uint64_t hash = 1;
    const auto add = [&](std::int64_t number) {
      hash = (std::rotl(hash, 29) ^ static_cast<std::uint64_t>(number)) * 0x9e3779b97f4a7c15u;
    };
    for (std::uint32_t j = 0; j < repeat_.period; ++j) {
      const Instruction& own = program_.instructions[start(step) + j];
      const Instruction& earlier = program_.instructions[start(step - 1) + j];
      const std::int64_t stride = first_integer(own) - first_integer(earlier);
      add(stride);
      for (std::uint32_t k = 0; k < own.operand_count; ++k) {
        const Slot slot = program_.operands[own.first_operand + k];
        const auto found = relation(step, slot, program_.operands[earlier.first_operand + k]);
        if (!found || (stride != 0 && found->from != From::outside)) return 0;
        // Constants may be equal in some steps.
        const bool is_number = found->from == From::numbers ||
                               (found->from == From::outside && values_.is_constant(slot));
        add(static_cast<std::int64_t>(is_number ? From::numbers : found->from));
        add(found->from == From::outside && !is_number ? slot : 0);
        add(static_cast<std::int64_t>(std::uint64_t{found->value.position} << 32 |
                                      found->value.result));
        add(found->loop);
        add(found->stride);
      }
    }
    return hash | 1;
  }

  /// The first step after all that make what a step and the one before both read.
  std::uint32_t after_shared(std::uint32_t step) const {
    const std::uint32_t begin = start(step);
    std::uint32_t after = 0;
    for (std::uint32_t i = begin; i < begin + repeat_.period; ++i) {
      const auto own = program_.operands_of(program_.instructions[i]);
      const auto earlier = program_.operands_of(program_.instructions[i - repeat_.period]);
      for (std::size_t k = 0; k < own.size(); ++k) {
        const std::uint32_t maker = values_.maker(own[k]);
        if (own[k] != earlier[k] || maker == UINT32_MAX || maker < repeat_.first) continue;
        after = std::max(after, (maker - repeat_.first) / repeat_.period + 1);
      }
    }
    return after;
  }

  void find_longest() {
    std::uint64_t before = 0;
    std::uint32_t first = 0;
    for (std::uint32_t step = 1; step < repeat_.count; ++step) {
      const std::uint64_t own = transition(step);
      if (own == 0 || own != before) first = std::max(step - 1, after_shared(step));
      if (own != 0 && step - first + 1 > count_) {
        first_ = first;
        count_ = step - first + 1;
      }
      before = own;
    }
  }

  StepOperand operand(const Instruction& own, const Instruction& next, std::uint32_t j,
                      std::uint32_t k) const {
    const Slot slot = program_.operands[own.first_operand + k];
    const Relation found = *relation(first_ + 1, program_.operands[next.first_operand + k], slot);
    StepOperand operand{.from = found.from, .value = found.value, .slot = slot};
    if (found.from == From::rows) {
      operand.loop = found.loop;
      operand.start = values_.made(slot)->step;
      operand.stride = found.stride;
    } else if (values_.is_constant(slot)) {
      operand.from = is_equal(j, k) ? From::outside : From::numbers;
    }
    return operand;
  }

  /// Whether an operand is one constant in all steps.
  bool is_equal(std::uint32_t j, std::uint32_t k) const {
    const auto slot = [&](std::uint32_t step) {
      return program_.operands[program_.instructions[start(step) + j].first_operand + k];
    };
    for (std::uint32_t step = first_; step < first_ + count_; ++step) {
      if (slot(step) != slot(first_)) return false;
    }
    return true;
  }

  /// Whether the state may hold it, and holds it from the first step on.
  bool is_carried(const SteadyLoop& loop, const StepOperand& operand) const {
    const Slot in_first =
        program_.instructions[loop.first + operand.value.position].result + operand.value.result;
    return values_.may_be_kept(in_first) && values_.may_be_kept(operand.slot);
  }

  const LoopValues& values_;
  const Program& program_;
  const Repeat& repeat_;
  std::uint32_t first_ = 0, count_ = 0;  // of the longest run of steps
};

}  // namespace

LoopValues::LoopValues(const Program& given)
    : program(given),
      maker_(given.types.size(), UINT32_MAX),
      constant_(given.types.size(), UINT32_MAX),
      may_be_kept_(given.types.size(), true) {
  for (std::uint32_t k = 0; k < given.constants.size(); ++k) {
    constant_[given.constants[k].first] = k;
  }
  const Table<std::uint8_t> is_asked = asked_in(given);
  Table<std::uint8_t> is_dense(given.types.size(), false);
  for (Slot slot = 0; slot < given.types.size(); ++slot) {
    is_dense[slot] = given.types[slot].ndim() == 0;
  }
  for (std::uint32_t i = 0; i < given.instructions.size(); ++i) {
    const Instruction& own = given.instructions[i];
    for (Slot k = 0; k < own.result_count; ++k) maker_[own.result + k] = i;
    const Kind kind = role_of(*own.primitive).kind;
    const bool stays_dense =
        kind == Kind::reshape || kind == Kind::identity || kind == Kind::convert;
    is_dense[own.result] |=
        !own.primitive->view || (stays_dense && is_dense[given.operands[own.first_operand]]);
  }
  for (Slot slot = 0; slot < given.types.size(); ++slot) {
    may_be_kept_[slot] = is_dense[slot] || !is_asked[slot];
  }
}

std::optional<LoopValues::Made> LoopValues::made(Slot slot) const {
  const std::uint32_t maker = maker_[slot];
  if (maker == UINT32_MAX) return {};
  for (std::uint32_t number = 0; number < loops.size(); ++number) {
    const SteadyLoop& loop = loops[number];
    if (maker < loop.first || maker >= loop.end()) continue;
    const std::uint32_t from_first = maker - loop.first;
    return Made{number,
                from_first / loop.period,
                {from_first % loop.period, slot - program.instructions[maker].result}};
  }
  return {};
}

std::optional<SteadyLoop> steady_loop(const LoopValues& values, const Repeat& repeat) {
  return Steadiness(values, repeat).run();
}

}  // namespace wg::simplify
