#include "tape/plan/shares.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>

#include "primitives/elementwise.h"
#include "tape/plan/rows.h"
#include "tape/plan/timing.h"

namespace wg {
namespace {

constexpr std::int64_t looked_at = 4096;  // elements that are looked at
constexpr std::int64_t at_once = 64;      // of independent numbers
constexpr int tries = 5;

/// Operands and a result, of any dtype: the bits of each are a number that nothing overflows.
struct Elements {
  alignas(64) double x[2][2 * looked_at];
  alignas(64) double y[2 * looked_at];

  Elements() {
    for (auto& operand : x) std::ranges::fill(operand, 0.75);
  }
};

}  // namespace

Shares::Shares(const Program& program, const Steps& steps)
    : program_(program), steps_(steps), is_constant_(program.types.size()) {
  for (const auto& [slot, value] : program.constants)
    is_constant_[slot] = program.types[slot].ndim() == 0;
}

std::vector<double> Shares::of(std::size_t number) {
  const auto instructions = credited(steps_, number);
  const Step& step = steps_.steps[number];
  std::vector<double> shares(instructions.size(), 1.0);
  if (shares.size() < 2) return shares;
  if (step.kind == Step::Kind::numbers) count_groups(steps_.number_runs[step.number]);
  for (std::size_t k = 0; k < shares.size(); ++k) {
    const Instruction& instruction = program_.instructions[instructions[k]];
    if (step.kind == Step::Kind::tiles)
      shares[k] = weight(instruction, steps_.tile_runs[step.number]);
    else if (step.kind == Step::Kind::numbers)
      shares[k] = weight(instruction);
    else if (step.kind == Step::Kind::product && k == 0)
      shares[k] = 2.0 * static_cast<double>(steps_.views[step.first].shape().back());
  }
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;
  return shares;
}

const Kernel* Shares::kernel_of(const Instruction& instruction) const {
  bool are_constant[2] = {};
  const auto slots = program_.operands_of(instruction);
  if (!instruction.primitive->elementwise) return nullptr;
  for (std::size_t k = 0; k < slots.size(); ++k) are_constant[k] = is_constant_[slots[k]];
  return row_of(program_, instruction, std::span(are_constant, slots.size())).kernel;
}

double Shares::measured(const Kernel& kernel, std::int64_t count) {
  const auto [found, is_new] = measurements_.try_emplace({&kernel, count}, 0.0);
  if (!is_new) return found->second;
  const auto elements = std::make_unique<Elements>();
  const auto* const x = reinterpret_cast<const std::byte*>(elements->x[0]);
  const auto* const y = reinterpret_cast<const std::byte*>(elements->x[1]);
  auto* const out = reinterpret_cast<std::byte*>(elements->y);
  const Strided strided[2] = {{x, 1}, {y, 1}};
  const std::byte* const single[2] = {x, y};
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < tries; ++i) {
    const Stopwatch watch;
    if (count > 1) {
      kernel.forward(strided, out, count);
    } else {
      for (int k = 0; k < at_once; ++k) kernel.scalar(single, out);
    }
    least = std::min(least, watch.elapsed());
  }
  return found->second = std::max(least / static_cast<double>(count > 1 ? count : at_once), 0.01);
}

double Shares::weight(const Instruction& instruction, const TileRun& run) {
  const std::int64_t count = std::min({run.rows * run.inner, run.count(), looked_at});
  if (const Kernel* kernel = kernel_of(instruction)) return measured(*kernel, count);
  // A fold and a selection read a tile as an addition does.
  const int addition = formula_row<Add>().elementwise->formula;
  return measured(elementwise_kernel(addition, DType::float64), count);
}

void Shares::count_groups(const NumberRun& run) {
  groups_.clear();
  for (const NumberRun::Group& group : run.groups) {
    auto& [wide, single] = groups_[group.kernel];
    (group.is_wide ? wide : single) += group.count;
  }
}

/// What is written out takes about a nanosecond; of other rows the groups say how they go.
double Shares::weight(const Instruction& instruction) {
  const Kernel* const kernel = kernel_of(instruction);
  const auto found = groups_.find(kernel);
  if (!kernel || found == groups_.end()) {
    const bool joins = !instruction.primitive->elementwise && !instruction.primitive->view;
    return joins ? std::max<double>(1, instruction.operand_count) : 1;
  }
  const auto [wide, single] = found->second;
  const double by_one = single > 0 ? single * measured(*kernel, 1) : 0;
  const double by_many = wide > 0 ? wide * measured(*kernel, at_once) : 0;
  return 1 + (by_one + by_many) / (wide + single);
}

}  // namespace wg
