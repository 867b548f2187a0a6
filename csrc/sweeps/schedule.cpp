#include "sweeps/schedule.h"

#include <algorithm>
#include <cmath>

namespace wg {
namespace {

/// How many steps can be swept with so many snapshots and at most `repeats` forward sweeps over
/// each: the binomial coefficient (snapshots + repeats) over snapshots, at most `most`.
std::int64_t reach(std::int64_t snapshots, std::int64_t repeats, std::int64_t most) {
  if (repeats < 0 || snapshots < 0) return 0;
  std::int64_t product = 1;
  const std::int64_t small = std::min(snapshots, repeats), large = std::max(snapshots, repeats);
  if (small > 0 && large >= most) return most;
  for (std::int64_t k = 1; k <= small; ++k) {
    if (product > most || product > INT64_MAX / (large + k)) return most;
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
  // (s + 2) (s + 1) / 2 >= steps, to within rounding.
  const auto root = static_cast<std::int64_t>(std::sqrt(2.0 * static_cast<double>(steps)));
  std::int64_t snapshots = std::max<std::int64_t>(1, root - 3);
  while (reach(snapshots, 2, steps) < steps) ++snapshots;
  return snapshots;
}

}  // namespace wg
