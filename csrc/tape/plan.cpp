#include "tape/plan.h"

#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "core/host.h"
#include "tape/plan/execution.h"
#include "tape/plan/planner.h"

namespace wg {
namespace {

constexpr std::size_t most_kept = 4;      // executions that wait for work
constexpr std::size_t most_prepared = 8;  // ways in which inputs lie

/// What lies in C order lies in one way, whatever the layout's address.
bool lies_so(const Array& input, const Ref<Layout>& layout) {
  if (!layout) return true;
  const Layout& own = input.layout();
  if (&own == layout.pointer()) return true;
  if (own.is_dense() != layout->is_dense()) return false;
  return own.is_dense() || std::ranges::equal(own.strides(), layout->strides());
}

}  // namespace

struct Plan::Prepared {
  const Program& program;
  const Steps steps;
  std::vector<std::unique_ptr<Execution>> idle;

  Prepared(const Program& of, std::vector<Ref<Layout>> inputs)
      : program(of), steps(steps_of(of, std::move(inputs))) {}
};

/// An execution of this caller's, who sees to it that what it is of stays.
struct Plan::Lease {
  Prepared& of;
  std::unique_ptr<Execution> execution;

  explicit Lease(Prepared& prepared) : of(prepared) {
    if (of.idle.empty()) {
      execution = std::make_unique<Execution>(of.program, of.steps);
    } else {
      execution = std::move(of.idle.back());
      of.idle.pop_back();
    }
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (of.idle.size() < most_kept) of.idle.push_back(std::move(execution));
  }
};

namespace {

bool are_brief(const Steps& steps) {
  std::int64_t cost = 0;
  for (const Stretch& stretch : steps.stretches) {
    if (stretch.needs_lock) return false;
    cost += stretch.cost;
  }
  return cost < Unlocked::threshold;
}

}  // namespace

Plan::Plan(std::shared_ptr<const Program> program) : program_(std::move(program)) {
  std::vector<Ref<Layout>> layouts;
  for (const Slot slot : program_->inputs) {
    const Type& type = program_->types[slot];
    const bool is_dense = type.shape_layout().is_dense();
    layouts.push_back(is_dense ? type.layout : Layout::dense(type.shape()));
  }
  prepared_.push_back(std::make_shared<Prepared>(*program_, std::move(layouts)));
  is_brief_ = are_brief(prepared_.front()->steps);
}

Plan::~Plan() = default;

std::span<const Type> Plan::result_types() const { return prepared_.front()->steps.results; }

std::shared_ptr<Plan::Prepared> Plan::prepared_for(std::span<const Array> inputs) const {
  const auto suits = [&](const std::shared_ptr<Prepared>& prepared) {
    return std::ranges::equal(inputs, prepared->steps.input_layouts, lies_so);
  };
  const auto found = std::ranges::find_if(prepared_, suits);
  if (found != prepared_.end()) return *found;
  std::vector<Ref<Layout>> layouts;
  for (const Array& input : inputs) layouts.push_back(input.layout_reference());
  if (prepared_.size() == most_prepared) prepared_.erase(prepared_.begin() + 1);
  prepared_.push_back(std::make_shared<Prepared>(*program_, std::move(layouts)));
  return prepared_.back();
}

std::vector<Array> Plan::results_of(const Prepared& prepared, std::vector<Array> results) const {
  results.resize(program_->results.size());
  for (std::size_t k = 0; k < results.size(); ++k) {
    const Type& type = prepared.steps.results[k];
    if (!results[k].is_defined()) results[k] = Array::empty(type.dtype, type.layout);
    results[k].set_weak(type.is_weak);
  }
  return results;
}

void Plan::finish(Run& run, std::uint32_t failed, const Execution& execution) {
  if (failed == Execution::none) return;
  run.results.clear();
  run.failed_reading = failed;
  run.read = execution.read(failed);
}

Plan::Run Plan::run(std::span<const Array> inputs, std::vector<Array> destinations) const {
  const std::shared_ptr<Prepared> prepared = prepared_for(inputs);
  const Lease lease(*prepared);
  Run run;
  run.results = results_of(*prepared, std::move(destinations));
  finish(run, lease.execution->run(inputs, run.results), *lease.execution);
  return run;
}

bool Plan::run_briefly(std::span<const std::byte* const> inputs,
                       std::span<std::byte* const> results) const {
  const Lease lease(*prepared_.front());
  return lease.execution->run_within(inputs, results) == Execution::none;
}

Plan::Run Plan::run_timed(std::span<const Array> inputs, Timing& timing) const {
  timing = {};
  timing.steps.resize(prepared_for(inputs)->steps.steps.size());
  const Stopwatch watch;
  const std::shared_ptr<Prepared> prepared = prepared_for(inputs);
  const Lease lease(*prepared);
  Run run;
  run.results = results_of(*prepared);
  timing.binding = watch.elapsed();
  finish(run, lease.execution->run_timed(inputs, run.results, timing), *lease.execution);
  return run;
}

std::shared_ptr<const Steps> Plan::steps_for(std::span<const Array> inputs) const {
  const auto prepared = prepared_for(inputs);
  return {prepared, &prepared->steps};
}

std::size_t Plan::arena_bytes() const { return prepared_.front()->steps.arena_bytes; }

std::string Plan::text() const { return text_of(*program_, prepared_.front()->steps); }

}  // namespace wg
