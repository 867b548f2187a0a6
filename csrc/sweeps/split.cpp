#include "sweeps/split.h"

#include <algorithm>

#include "sweeps/part.h"

namespace wg {
namespace {

class Splitting {
 public:
  explicit Splitting(const Program& program)
      : program_(program),
        is_late_(program.types.size()),
        is_fixed_(program.types.size()),
        is_there_(program.types.size()),
        is_needed_(program.types.size()) {}

  Split run(std::size_t early_inputs, std::size_t early_results,
            const std::vector<bool>& is_at_hand, const std::vector<bool>& is_fixed) {
    const std::span inputs(program_.inputs), results(program_.results);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      is_late_[inputs[k]] = k >= early_inputs;
      is_there_[inputs[k]] = k >= early_inputs || is_at_hand[k];
      is_fixed_[inputs[k]] = k < early_inputs && is_fixed[k];
    }
    for (const auto& [slot, value] : program_.constants) is_there_[slot] = is_fixed_[slot] = true;
    follow();
    const std::vector<bool> second = find_second(results.subspan(early_results));
    for (const Slot slot : inputs.first(early_inputs)) {
      if (is_needed_[slot] && !is_there_[slot]) kept_.push_back(slot);
    }
    const std::vector<bool> first = find_first(results.first(early_results));
    std::vector<Slot> first_results(results.begin(),
                                    results.begin() + static_cast<std::ptrdiff_t>(early_results));
    first_results.insert(first_results.end(), kept_.begin(), kept_.end());
    std::vector<Slot> second_inputs;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (is_there_[inputs[k]]) second_inputs.push_back(inputs[k]);
    }
    second_inputs.insert(second_inputs.end(), kept_.begin(), kept_.end());
    Split split;
    split.first = part_of(program_, first, inputs.first(early_inputs), first_results);
    split.second = part_of(program_, second, second_inputs, results.subspan(early_results));
    for (const Slot slot : kept_) split.kept.push_back(program_.types[slot]);
    return split;
  }

 private:
  std::span<const Slot> operands(std::size_t i) const {
    return program_.operands_of(program_.instructions[i]);
  }

  void follow() {
    for (std::size_t i = 0; i < program_.instructions.size(); ++i) {
      const Instruction& own = program_.instructions[i];
      const bool is_late =
          std::ranges::any_of(operands(i), [&](Slot slot) { return is_late_[slot]; });
      const bool is_fixed =
          std::ranges::all_of(operands(i), [&](Slot slot) { return is_fixed_[slot]; });
      for (Slot k = 0; k < own.result_count; ++k) {
        is_late_[own.result + k] = is_late;
        is_fixed_[own.result + k] = is_fixed;
      }
    }
  }

  /// Whether the second part makes again what it could be given.
  bool is_made_again(const Instruction& own) const {
    if (is_fixed_[own.result]) return true;
    return own.primitive->view &&
           program_.types[own.result].size() >= program_.types[program_.operands_of(own)[0]].size();
  }

  std::vector<bool> find_second(std::span<const Slot> results) {
    std::vector<bool> included(program_.instructions.size());
    for (const Slot slot : results) is_needed_[slot] = true;
    for (std::size_t i = program_.instructions.size(); i-- > 0;) {
      const Instruction& own = program_.instructions[i];
      bool is_needed = false;
      for (Slot k = 0; k < own.result_count; ++k) is_needed |= is_needed_[own.result + k];
      if (!is_needed) continue;
      included[i] = is_late_[own.result] || is_made_again(own);
      if (included[i]) {
        for (const Slot slot : operands(i)) is_needed_[slot] = true;
        continue;
      }
      for (Slot k = 0; k < own.result_count; ++k) {
        if (is_needed_[own.result + k]) kept_.push_back(own.result + k);
      }
    }
    return included;
  }

  std::vector<bool> find_first(std::span<const Slot> results) {
    std::vector<bool> included(program_.instructions.size()), is_needed(program_.types.size());
    for (const Slot slot : results) is_needed[slot] = true;
    for (const Slot slot : kept_) is_needed[slot] = true;
    for (std::size_t i = program_.instructions.size(); i-- > 0;) {
      const Instruction& own = program_.instructions[i];
      for (Slot k = 0; k < own.result_count; ++k) {
        if (is_needed[own.result + k]) included[i] = true;
      }
      if (!included[i]) continue;
      for (const Slot slot : operands(i)) is_needed[slot] = true;
    }
    return included;
  }

  const Program& program_;
  std::vector<bool> is_late_, is_fixed_, is_there_, is_needed_;  // by slot
  std::vector<Slot> kept_;
};

}  // namespace

Split split(const Program& program, std::size_t early_inputs, std::size_t early_results,
            const std::vector<bool>& is_at_hand, const std::vector<bool>& is_fixed) {
  return Splitting(program).run(early_inputs, early_results, is_at_hand, is_fixed);
}

}  // namespace wg
