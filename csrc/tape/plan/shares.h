/// How the time of a step is divided among the instructions that it does work for.
#pragma once

#include <map>
#include <vector>

#include "tape/plan/steps.h"

namespace wg {

/// The steps of a plan are timed whole, so that a run is timed as it is. What its instructions have
/// of that is in the proportion of what their kernels take alone, on a tile or on single numbers.
class Shares {
 public:
  Shares(const Program& program, const Steps& steps);

  /// One for each credited instruction; they add up to 1.
  std::vector<double> of(std::size_t step);

 private:
  /// Nanoseconds, roughly.
  double weight(const Instruction& instruction, const TileRun& run);
  double weight(const Instruction& instruction);
  void count_groups(const NumberRun& run);
  const Kernel* kernel_of(const Instruction& instruction) const;
  double measured(const Kernel& kernel, std::int64_t count);

  const Program& program_;
  const Steps& steps_;
  std::vector<bool> is_constant_;                                          // by slot
  std::map<std::pair<const Kernel*, std::int64_t>, double> measurements_;  // of so many elements
  // Operations of the run: those of each row that are executed together, and one by one.
  std::map<const Kernel*, std::pair<double, double>> groups_;
};

}  // namespace wg
