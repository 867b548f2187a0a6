#include "tape/simplify/loops.h"

#include <algorithm>

#include "sweeps/chain.h"

namespace wg::simplify {
namespace {

class Merging {
 public:
  Merging(Program& program, const Table<std::uint32_t>& calls)
      : program_(program), calls_(calls), stands_for_(program.types.size()) {
    for (Slot slot = 0; slot < stands_for_.size(); ++slot) stands_for_[slot] = slot;
    for (std::uint32_t i = 0; i < program.instructions.size(); ++i) places_.push_back(i);
  }

  void run() {
    bool is_any = false;
    std::vector<std::uint32_t> loops;
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      if (program_.instructions[i].primitive != &loop_primitive()) continue;
      if (const auto less = plan_of(i).extended.lock()) {
        const auto found = std::ranges::find_if(loops, [&](std::uint32_t other) {
          return &plan_of(other) == less.get() && is_alike(i, other);
        });
        if (found != loops.end()) {
          is_any = true;
          take_the_place_of(*found, i);
          *found = i;
          continue;
        }
      }
      loops.push_back(i);
    }
    if (is_any) rearrange();
  }

 private:
  const ChainPlan& plan_of(std::uint32_t i) const {
    return static_cast<const ChainCall*>(program_.instructions[i].payload.pointer())->plan();
  }

  bool is_alike(std::uint32_t i, std::uint32_t other) const {
    const Instruction& one = program_.instructions[i];
    const Instruction& two = program_.instructions[other];
    return one.is_cut == two.is_cut && (calls_.empty() || calls_[i] == calls_[other]) &&
           std::ranges::equal(program_.operands_of(one), program_.operands_of(two));
  }

  /// Operands are the same, so they are there already.
  void take_the_place_of(std::uint32_t less, std::uint32_t more) {
    const Instruction& from = program_.instructions[less];
    for (Slot k = 0; k < from.result_count; ++k) {
      stands_for_[from.result + k] = program_.instructions[more].result + k;
    }
    places_[more] = places_[less];
    places_[less] = gone;
  }

  Slot now(Slot slot) const {
    while (stands_for_[slot] != slot) slot = stands_for_[slot];
    return slot;
  }

  void rearrange() {
    const std::size_t count = program_.instructions.size();
    std::vector<std::uint32_t> at(count, gone);  // which instruction stands in a place
    for (std::uint32_t i = 0; i < count; ++i) {
      if (places_[i] != gone) at[places_[i]] = i;
    }
    Table<Instruction> instructions;
    std::vector<Ref<Node>> nodes;
    auto reading = program_.readings.begin();
    for (std::size_t i = 0; i <= count; ++i) {
      for (; reading != program_.readings.end() && reading->before <= i; ++reading) {
        reading->before = static_cast<std::uint32_t>(instructions.size());
      }
      if (i == count || at[i] == gone) continue;
      instructions.push_back(program_.instructions[at[i]]);
      if (!program_.nodes.empty()) nodes.push_back(program_.nodes[at[i]]);
    }
    program_.instructions = std::move(instructions);
    program_.nodes = std::move(nodes);
    for (Slot& slot : program_.operands) slot = now(slot);
    for (Slot& slot : program_.results) slot = now(slot);
    for (Reading& own : program_.readings) own.slot = now(own.slot);
  }

  static constexpr std::uint32_t gone = UINT32_MAX;

  Program& program_;
  const Table<std::uint32_t>& calls_;
  std::vector<Slot> stands_for_;       // by slot
  std::vector<std::uint32_t> places_;  // by instruction
};

}  // namespace

void merge_loops(Program& program, const Table<std::uint32_t>& calls) {
  const auto is_loop = [](const Instruction& instruction) {
    return instruction.primitive == &loop_primitive();
  };
  if (std::ranges::none_of(program.instructions, is_loop)) return;
  Merging(program, calls).run();
}

}  // namespace wg::simplify
