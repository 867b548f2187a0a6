#include "sweeps/schedule.h"

#include <algorithm>

namespace wg {
namespace {

/// How many steps can be swept with so many snapshots and at most `repeats` forward sweeps over
/// each: the binomial coefficient (snapshots + repeats) over snapshots, at most `most`.
std::int64_t reach(std::int64_t snapshots, std::int64_t repeats, std::int64_t most) {
  if (repeats < 0 || snapshots < 0) return 0;
  std::int64_t product = 1;
  const std::int64_t small = std::min(snapshots, repeats), large = std::max(snapshots, repeats);
  for (std::int64_t k = 1; k <= small; ++k) {
    if (product > most) return most;
    product = product * (large + k) / k;
  }
  return std::min(product, most);
}

}  // namespace

std::int64_t steps_to_snapshot(std::int64_t steps, std::int64_t snapshots) {
  std::int64_t repeats = 1;
  while (reach(snapshots, repeats, steps) < steps) ++repeats;
  const std::int64_t least = steps - reach(snapshots - 1, repeats, steps);
  return std::clamp<std::int64_t>(std::max(reach(snapshots, repeats - 2, steps), least), 1,
                                  steps - 1);
}

std::int64_t usual_snapshots(std::int64_t steps) {
  std::int64_t snapshots = 1;
  while (reach(snapshots, 2, steps) < steps) ++snapshots;
  return snapshots;
}

}  // namespace wg
