#include "tape/plan/steered.h"

#include <algorithm>

#include "core/copy.h"
#include "sweeps/branch.h"
#include "tape/plan/planner.h"
#include "tape/simplify.h"

namespace wg {
namespace {

// How many steps a loop is taken to have, before it is known.
constexpr std::int64_t some_steps = 16;

class Planned final : public Runner {
 public:
  explicit Planned(const SteeredRun::Body& body)
      : execution_(*body.program, body.steps), cost_(body.cost) {}

  void run(std::span<const std::byte* const> inputs, std::span<std::byte* const> results) override {
    execution_.run_within(inputs, results);
  }
  std::int64_t cost() const override { return cost_; }

 private:
  Execution execution_;
  const std::int64_t cost_;
};

}  // namespace

std::shared_ptr<const SteeredRun> steered_of(const Instruction& instruction,
                                             std::span<const View> operands) {
  auto run = std::make_shared<SteeredRun>();
  run->name = instruction.primitive->name;
  run->operation = instruction.payload;
  for (const auto& program : run->steered().programs()) {
    auto body = std::make_unique<SteeredRun::Body>();
    body->program = simplified_with_nodes(*program);
    if (!body->program->readings.empty()) return nullptr;
    std::vector<Ref<Layout>> layouts;
    for (const Slot slot : body->program->inputs) {
      const Type& type = body->program->types[slot];
      layouts.push_back(type.ndim() == 0 ? nullptr : Layout::dense(type.shape()));
    }
    body->steps = steps_of(*body->program, std::move(layouts));
    body->cost = 20;
    for (const Stretch& stretch : body->steps.stretches) {
      const Step::Kind kind = body->steps.steps[stretch.end - 1].kind;
      if (kind == Step::Kind::compound) return nullptr;
      body->cost += stretch.cost;
    }
    const bool is_loop = instruction.primitive != &branch_primitive();
    run->cost = std::max(run->cost, body->cost * (is_loop ? some_steps : 1));
    run->bodies.push_back(std::move(body));
  }
  for (const View& view : operands) {
    run->copied.push_back(view.is_dense() ? 0 : view.size() * view.item());
  }
  return run;
}

SteeredExecution::SteeredExecution(const SteeredRun& run) : run_(run) {
  std::vector<std::unique_ptr<Runner>> runners;
  for (const auto& body : run.bodies) runners.push_back(std::make_unique<Planned>(*body));
  steering_ = run.steered().steering(std::move(runners));
  for (const std::int64_t bytes : run.copied) {
    copies_.emplace_back(static_cast<std::size_t>(bytes));
  }
}

void SteeredExecution::begin(std::span<const View> operands, std::span<const View> results,
                             LoopStates* states) {
  operands_.clear();
  results_.clear();
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const View& from = operands[k];
    if (run_.copied[k] > 0) {
      copy_strided(from, copies_[k].data(), from.shape(), dense_strides(from.shape()));
    }
    operands_.push_back(run_.copied[k] > 0 ? copies_[k].data() : from.data);
  }
  for (const View& to : results) results_.push_back(to.data);
  steering_->share(states);
  steering_->begin(operands_, results_);
}

}  // namespace wg
