/// An execution step by step, with a look at the clock after each: the loop that nobody watches has
/// no branch for it.
#include "core/host.h"
#include "tape/plan/execution.h"

namespace wg {

std::uint32_t Execution::run_timed(std::span<const Array> inputs, std::span<Array> results,
                                   Timing& timing) {
  Stopwatch watch;
  bind_arrays(inputs, results);
  next_whole_ = 0;
  timing.binding += watch.lap();
  std::uint32_t begin = 0;
  for (const Stretch& stretch : steps_.stretches) {
    if (stretch.needs_lock) {
      run_alone(steps_.steps[begin], inputs);
      timing.steps[begin] = watch.lap();
    } else {
      const Unlocked unlocked(stretch.cost);
      timing.locking += watch.lap();
      for (std::uint32_t i = begin; i < stretch.end; ++i) {
        const std::uint32_t failed = execute(i, i + 1);
        timing.steps[i] = watch.lap();
        if (failed != none) return failed;
      }
    }
    begin = stretch.end;
    if (begin < steps_.steps.size()) poll_host();
    timing.locking += watch.lap();
  }
  fill(results);
  timing.filling = watch.lap();
  return none;
}

}  // namespace wg
