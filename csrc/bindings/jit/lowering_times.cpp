/// What the parts of a replay take.
#include <algorithm>
#include <numeric>

#include "bindings/jit/lowering.h"
#include "bindings/python_values.h"
#include "core/error.h"
#include "core/host.h"
#include "tape/plan/steps.h"
#include "tape/plan/timing.h"

namespace wg::bindings {
namespace {

constexpr std::size_t most_replays = 1000;
constexpr std::size_t most_times = 1 << 20;  // of steps, in all replays that are kept
constexpr std::size_t least_replays = 4;

}  // namespace

/// What one replay took, part by part.
struct Lowering::Replayed {
  double matching = 0;  // arguments, and what lies outside
  double reading = 0;   // values of arguments and handles
  Timing plan;
  double making = 0;  // what the function returns

  double total() const { return matching + reading + plan.total() + making; }
};

/// As a call does, but that nothing is stored.
Lowering::Replayed Lowering::replayed() {
  Replayed took;
  Stopwatch watch;
  Leaves leaves;
  const bool holds = signature_.matches(arguments_, leaves) && !surroundings_.changed(leaves);
  took.matching = watch.lap();
  const std::vector<Array> inputs = read_inputs();
  took.reading = watch.lap();
  Plan::Run run = plan_->run_timed(inputs, took.plan);
  if (!holds || run.failed_reading >= 0) {
    fail<TraceError>(
        "explain: the function reads something else for the same arguments at each call; one that "
        "is replayed is needed");
  }
  std::vector<Tensor> results;
  (void)watch.lap();
  for (Array& value : run.results) results.emplace_back(std::move(value));
  (void)Object::take(path_->returned.make(results, leaves));
  took.making = watch.lap();
  return took;
}

Object Lowering::times(double seconds) {
  std::vector<Replayed> all;
  const std::size_t most =
      std::clamp(most_times / (steps_->steps.size() + 1), least_replays, most_replays);
  const Stopwatch whole;
  (void)replayed();  // memory is touched for the first time
  while (all.size() < most && (all.size() < least_replays || whole.elapsed() < seconds * 1e9)) {
    all.push_back(replayed());
    poll_host();
  }
  std::ranges::sort(all, {}, &Replayed::total);
  all.resize((all.size() + 1) / 2);
  const auto mean = [&](const auto& part) {
    const double sum =
        std::accumulate(all.begin(), all.end(), 0.0,
                        [&](double before, const Replayed& own) { return before + part(own); });
    return number(sum / static_cast<double>(all.size()));
  };
  const Object steps = new_list(), out = new_dict();
  for (std::size_t i = 0; i < steps_->steps.size(); ++i)
    append(steps, mean([&](const Replayed& own) { return own.plan.steps[i]; }));
  set(out, "replays", number(all.size()));
  set(out, "steps", steps);
  set(out, "matching", mean([](const Replayed& own) { return own.matching; }));
  set(out, "reading", mean([](const Replayed& own) { return own.reading; }));
  set(out, "binding", mean([](const Replayed& own) { return own.plan.binding; }));
  set(out, "locking", mean([](const Replayed& own) { return own.plan.locking; }));
  set(out, "filling", mean([](const Replayed& own) { return own.plan.filling; }));
  set(out, "making", mean([](const Replayed& own) { return own.making; }));
  return out;
}

}  // namespace wg::bindings
