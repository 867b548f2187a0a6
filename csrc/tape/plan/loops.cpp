#include "tape/plan/loops.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"
#include "tape/plan/arena.h"
#include "tape/plan/planner.h"
#include "tape/simplify.h"

namespace wg {
namespace {

Ref<Layout> shared(const Layout& layout) {
  return Ref<Layout>::share(const_cast<Layout*>(&layout));
}

/// How an element of what is scanned lies.
Ref<Layout> element_of(const Layout& whole) {
  const auto shape = whole.shape().subspan(1), strides = whole.strides().subspan(1);
  if (shape.empty()) return nullptr;
  Ref<Layout> dense = Layout::dense(shape);
  if (std::ranges::equal(dense->strides(), strides)) return dense;
  return Layout::strided(shape, Dims(strides));
}

}  // namespace

std::shared_ptr<const LoopRun> loop_of(const ChainCall& call, std::span<const View> operands) {
  const ChainPlan& chain = call.plan();
  auto run = std::make_shared<LoopRun>();
  run->chain = call.shared_plan();
  for (std::size_t k = 0; k < chain.types.size(); ++k) {
    const Type& type = chain.types[k];
    if (operands[k].dtype != type.dtype || !std::ranges::equal(operands[k].shape(), type.shape())) {
      return nullptr;
    }
    run->part_bytes.push_back(bytes_of(type));
    run->part_places.push_back(run->memory_bytes);
    run->memory_bytes += 2 * Arena::in_lines(bytes_of(type));
  }
  run->memory_bytes += Arena::line;  // for the number of a step
  for (const Type& type : chain.rows) run->row_bytes.push_back(bytes_of(type));
  for (const ChainStep& step : chain.steps) {
    auto body = std::make_unique<LoopRun::Body>();
    body->program = simplified_with_nodes(step.body().program());
    body->sources = step.sources;
    std::vector<Ref<Layout>> layouts;
    for (const StepInput& source : step.sources) {
      if (source.from == StepInput::From::position) {
        layouts.emplace_back();
      } else if (source.from == StepInput::From::state) {
        const Type& type = chain.types[source.number];
        layouts.push_back(type.ndim() == 0 ? nullptr : Layout::dense(type.shape()));
      } else {
        const View& view = operands[chain.place(source)];
        const bool is_scanned = source.from == StepInput::From::scanned;
        layouts.push_back(is_scanned         ? element_of(*view.layout)
                          : view.ndim() == 0 ? nullptr
                                             : shared(*view.layout));
      }
    }
    if (!body->program->readings.empty()) return nullptr;
    body->steps = steps_of(*body->program, std::move(layouts));
    std::int64_t cost = 20;
    for (const Stretch& stretch : body->steps.stretches) {
      const Step::Kind kind = body->steps.steps[stretch.end - 1].kind;
      if (kind == Step::Kind::compound) return nullptr;
      cost += stretch.cost;
    }
    run->cost = std::max(run->cost, cost);
    run->bodies.push_back(std::move(body));
  }
  return run;
}

LoopExecution::LoopExecution(const LoopRun& run) : run_(run) {
  for (const auto& body : run.bodies) {
    bodies_.push_back(std::make_unique<Execution>(*body->program, body->steps));
  }
}

void LoopExecution::begin(std::span<const View> operands, std::span<const View> results,
                          std::byte* memory) {
  operands_ = operands;
  results_ = results;
  memory_ = memory;
  next_ = 0;
  for (std::size_t k = 0; k < run_.part_places.size(); ++k) {
    const View& from = operands[k];
    copy_strided(from, memory + run_.part_places[k], from.shape(), dense_strides(from.shape()));
  }
}

void LoopExecution::advance(std::int64_t end) {
  const ChainPlan& chain = *run_.chain;
  const std::size_t size = chain.types.size();
  std::byte* const position = memory_ + run_.memory_bytes - Arena::line;
  const auto part = [&](std::size_t k, bool is_other) {
    return memory_ + run_.part_places[k] + (is_other ? Arena::in_lines(run_.part_bytes[k]) : 0);
  };
  for (; next_ < end; ++next_) {
    const auto which = chain.order.empty() ? 0 : chain.order[static_cast<std::size_t>(next_)];
    const std::int64_t element = chain.element(next_);
    const std::int64_t number = chain.first + element;
    std::memcpy(position, &number, sizeof number);
    const bool is_odd = next_ % 2 != 0;
    inputs_.clear();
    for (const StepInput& source : run_.bodies[which]->sources) {
      if (source.from == StepInput::From::state) {
        inputs_.push_back(part(source.number, is_odd));
      } else if (source.from == StepInput::From::position) {
        inputs_.push_back(position);
      } else {
        const View& view = operands_[chain.place(source)];
        const bool is_scanned = source.from == StepInput::From::scanned;
        inputs_.push_back(view.data + (is_scanned ? element * view.strides()[0] * view.item() : 0));
      }
    }
    outputs_.clear();
    for (std::size_t k = 0; k < size; ++k) outputs_.push_back(part(k, !is_odd));
    for (std::size_t k = 0; k < run_.row_bytes.size(); ++k) {
      outputs_.push_back(results_[size + k].data + element * run_.row_bytes[k]);
    }
    bodies_[which]->run_within(inputs_, outputs_);
  }
}

void LoopExecution::end() {
  for (std::size_t k = 0; k < run_.part_places.size(); ++k) {
    const std::int64_t at =
        run_.part_places[k] + (next_ % 2 != 0 ? Arena::in_lines(run_.part_bytes[k]) : 0);
    std::memcpy(results_[k].data, memory_ + at, static_cast<std::size_t>(run_.part_bytes[k]));
  }
}

}  // namespace wg
