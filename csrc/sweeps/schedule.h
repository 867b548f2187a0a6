/// When to compute again: the schedule of a chain of steps that is swept in reverse with few
/// snapshots. A. Griewank and A. Walther, "Algorithm 799: revolve", ACM TOMS 26 (2000).
#pragma once

#include <cstdint>

namespace wg {

/// How many steps to go on before the next snapshot, of `steps` that are left to sweep, with
/// `snapshots` places free, that of the state at hand among them: the number that leads to the
/// fewest steps in all.
std::int64_t steps_to_snapshot(std::int64_t steps, std::int64_t snapshots);

/// The fewest snapshots with which no step is evaluated more than three times: when the value is
/// computed, again, and in the sweep.
std::int64_t usual_snapshots(std::int64_t steps);

}  // namespace wg
