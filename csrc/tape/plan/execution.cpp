#include "tape/plan/execution.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"
#include "core/host.h"
#include "graph/compound.h"
#include "graph/untracked.h"
#include "primitives/matmul.h"
#include "sweeps/stepping.h"
#include "tape/plan/arena.h"
#include "tape/plan/loops.h"
#include "tape/plan/steered.h"

namespace wg {
namespace {

// States of loops that are kept for what goes back over them.
constexpr std::int64_t most_shared_bytes = 64 << 20;

}  // namespace

Execution::Execution(const Program& program, const Steps& steps)
    : program_(program),
      steps_(steps),
      memory_(Work{steps.arena_bytes, static_cast<std::size_t>(Arena::line)}),
      views_(steps.views) {
  for (const auto& [view, place] : steps.in_arena)
    views_[view].data = memory_.memory() + place.offset;
  for (const auto& [offset, bits] : steps.numbers)
    std::memcpy(memory_.memory() + offset, &bits, sizeof bits);
  for (const auto& loop : steps.loops) loops_.push_back(std::make_unique<LoopExecution>(*loop));
  for (const auto& own : steps.steered)
    steered_.push_back(std::make_unique<SteeredExecution>(*own));
  for (std::uint32_t k = 0; k < steps.shared_loops; ++k)
    shared_.push_back(std::make_unique<LoopStates>(most_shared_bytes / steps.shared_loops));
}

Execution::~Execution() = default;

void Execution::bind(std::span<const std::byte* const> inputs,
                     std::span<std::byte* const> results) {
  for (const auto& [view, place] : steps_.in_arrays) {
    std::byte* const data = place.region == Region::input
                                ? const_cast<std::byte*>(inputs[place.number])
                                : results[place.number];
    views_[view].data = data + place.offset;
  }
}

std::uint32_t Execution::run_within(std::span<const std::byte* const> inputs,
                                    std::span<std::byte* const> results) {
  bind(inputs, results);
  const std::uint32_t failed = execute(0, static_cast<std::uint32_t>(steps_.steps.size()));
  if (failed != none) return failed;
  for (const auto& [view, k] : steps_.copies) {
    const View& from = views_[view];
    if (from.ndim() == 0)
      copy_element(from.dtype, from.data, results[k]);
    else if (from.is_dense())
      std::memcpy(results[k], from.data, static_cast<std::size_t>(from.size() * from.item()));
    else
      copy_strided(from, results[k], from.shape(), dense_strides(from.shape()));
  }
  return none;
}

void Execution::bind_arrays(std::span<const Array> inputs, std::span<Array> results) {
  inputs_.clear();
  results_.clear();
  for (const Array& input : inputs) inputs_.push_back(input.data());
  for (Array& result : results) results_.push_back(result.mutable_data());
  bind(inputs_, results_);
}

std::uint32_t Execution::run(std::span<const Array> inputs, std::span<Array> results) {
  bind_arrays(inputs, results);
  next_whole_ = 0;
  std::uint32_t begin = 0;
  for (const Stretch& stretch : steps_.stretches) {
    std::uint32_t failed = none;
    if (!stretch.needs_lock) {
      const Unlocked unlocked(stretch.cost);
      failed = execute(begin, stretch.end);
    } else {
      run_alone(steps_.steps[begin], inputs);
    }
    if (failed != none) return failed;
    begin = stretch.end;
    if (begin < steps_.steps.size()) poll_host();
  }
  fill(results);
  return none;
}

void Execution::fill(std::span<Array> results) {
  for (const auto& [view, k] : steps_.copies) {
    const View& from = views_[view];
    if (from.ndim() == 0)
      results[k] = Array::scalar_from(from.dtype, from.data, steps_.results[k].is_weak);
    else
      copy_into(from, view_of(results[k]));
  }
}

std::uint32_t Execution::execute(std::uint32_t begin, std::uint32_t end) {
  for (std::uint32_t i = begin; i < end; ++i) {
    const Step& step = steps_.steps[i];
    const View* const x = views_.data() + step.first;
    switch (step.kind) {
      case Step::Kind::kernel: {
        const Strided operands[2] = {{x[0].data, step.operand_steps[0]},
                                     {x[1].data, step.operand_steps[1]}};
        step.forward(operands, x[step.operand_count].data, step.count);
        break;
      }
      case Step::Kind::evaluate: {
        const Instruction& instruction = program_.instructions[step.number];
        instruction.primitive->evaluate(instruction.payload.pointer(), {x, step.operand_count},
                                        {x + step.operand_count, step.result_count},
                                        memory_.memory() + step.work);
        break;
      }
      case Step::Kind::product: {
        ProductEnd ending = steps_.product_ends[step.number];
        if (step.operand_count == 3) ending.d = x[2].data;
        Workspace work(memory_.memory() + step.work);
        Matmul::evaluate_with(&ending, {x, 2}, x[step.operand_count], work);
        break;
      }
      case Step::Kind::copy:
        copy_into(x[0], x[1]);
        break;
      case Step::Kind::numbers:
        steps_.number_runs[step.number].execute(memory_.memory(), views_.data());
        break;
      case Step::Kind::tiles:
        steps_.tile_runs[step.number].execute(views_.data(), memory_.memory() + step.work);
        break;
      case Step::Kind::read:
        if (!reads_as_seen(step)) return step.number;
        break;
      case Step::Kind::loop: {
        LoopExecution& loop = begin_loop(step);
        loop.advance(loop.length());
        loop.end();
        break;
      }
      case Step::Kind::steered: {
        SteeredExecution& steered = begin_steered(step);
        while (steered.advance(longest_stretch)) {
        }
        break;
      }
      case Step::Kind::compound:
        break;  // between stretches
    }
  }
  return none;
}

/// In every bit.
bool Execution::reads_as_seen(const Step& step) const {
  const View& view = views_[step.first];
  const Array& seen = steps_.seen[step.number];
  const auto bytes = static_cast<std::size_t>(view.size() * view.item());
  if (view.is_dense()) return std::memcmp(view.data, seen.data(), bytes) == 0;
  const Scratch copy(Work{bytes, static_cast<std::size_t>(Arena::line)});
  copy_strided(view, copy.memory(), view.shape(), dense_strides(view.shape()));
  return std::memcmp(copy.memory(), seen.data(), bytes) == 0;
}

Array Execution::read(std::uint32_t reading) const {
  for (const Step& step : steps_.steps) {
    if (step.kind != Step::Kind::read || step.number != reading) continue;
    const View& view = views_[step.first];
    if (view.ndim() == 0) return Array::scalar_from(view.dtype, view.data, view.is_weak);
    Array out = Array::empty(view.dtype, view.shape());
    copy_into(view, view_of(out));
    return out;
  }
  return {};
}

LoopExecution& Execution::begin_loop(const Step& step) {
  const std::span all(views_);
  LoopExecution& loop = *loops_[step.number];
  loop.begin(all.subspan(step.first, step.operand_count),
             all.subspan(step.first + step.operand_count, step.result_count),
             memory_.memory() + step.work);
  return loop;
}

SteeredExecution& Execution::begin_steered(const Step& step) {
  const std::span all(views_);
  SteeredExecution& steered = *steered_[step.number];
  steered.begin(all.subspan(step.first, step.operand_count),
                all.subspan(step.first + step.operand_count, step.result_count),
                step.shared > 0 ? shared_[step.shared - 1].get() : nullptr);
  return steered;
}

void Execution::run_alone(const Step& step, std::span<const Array> inputs) {
  if (step.kind == Step::Kind::loop)
    run_loop(step);
  else if (step.kind == Step::Kind::steered)
    run_steered(step);
  else
    evaluate_compound(step, inputs);
}

void Execution::run_loop(const Step& step) {
  LoopExecution& loop = begin_loop(step);
  const std::int64_t at_once = std::max<std::int64_t>(1, longest_stretch / loop.cost());
  for (std::int64_t k = 0; k < loop.length();) {
    const std::int64_t end = std::min(loop.length(), k + at_once);
    if (k > 0) poll_host();
    const Unlocked unlocked((end - k) * loop.cost());
    loop.advance(end);
    k = end;
  }
  loop.end();
}

/// How long it takes is known when it has: the lock is given up once it has taken some time.
void Execution::run_steered(const Step& step) {
  SteeredExecution& steered = begin_steered(step);
  std::int64_t piece = std::min(steered.cost(), longest_stretch);
  while (true) {
    {
      const Unlocked unlocked(piece);
      if (!steered.advance(piece)) return;
    }
    poll_host();
    piece = std::min(4 * piece, longest_stretch);
  }
}

/// An array that others may keep. It lies as the interpreter's would: as a view of all that its
/// memory holds.
Array Execution::array_of(const View& view, const Steps::Whole& whole,
                          std::span<const Array> inputs) const {
  if (view.ndim() == 0) return Array::scalar_from(view.dtype, view.data, view.is_weak);
  auto* const own = const_cast<Layout*>(view.layout);
  Ref<Layout> layout = Ref<Layout>::share(own);
  const Place& place = whole.place;
  const bool is_there = place.region == Region::input || place.region == Region::constant;
  Array base;
  const std::byte* from = nullptr;
  if (is_there) {
    base = place.region == Region::input ? inputs[place.number]
                                         : program_.constants[place.number].second;
    from = base.data();
    if (&base.layout() == own && from == view.data) return base.with_weak(view.is_weak);
  } else {
    base = Array::empty(view.dtype, Dims{whole.bytes / view.item()});
    from =
        place.region == Region::result ? results_[place.number] : memory_.memory() + place.offset;
    std::memcpy(base.mutable_data(), from, static_cast<std::size_t>(whole.bytes));
  }
  Array out = base.view(std::move(layout), (view.data - from) / view.item());
  out.set_weak(view.is_weak);
  return out;
}

void Execution::evaluate_compound(const Step& step, std::span<const Array> inputs) {
  const Instruction& instruction = program_.instructions[step.number];
  std::vector<Tensor> operands;
  for (std::uint32_t k = 0; k < step.operand_count; ++k) {
    operands.emplace_back(array_of(views_[step.first + k], steps_.wholes[next_whole_++], inputs));
  }
  const Untracked untracked(instruction.is_cut);
  const std::vector<Array> results = compound_of(instruction.payload.pointer()).evaluate(operands);
  for (std::uint32_t k = 0; k < step.result_count; ++k) {
    const View& y = views_[step.first + step.operand_count + k];
    copy_into(view_of(results[k]), y);
  }
}

}  // namespace wg
