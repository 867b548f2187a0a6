/// One execution of a plan at a time: its memory, and the steps at work on that.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/scratch.h"
#include "tape/plan/steps.h"
#include "tape/plan/timing.h"

namespace wg {

class LoopExecution;
class LoopStates;
class SteeredExecution;

/// Used again and again, by one thread at a time.
class Execution {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  Execution(const Program& program, const Steps& steps);
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;
  ~Execution();

  /// Executes the steps up to the end, or to a reading that reads otherwise, whose number it gives.
  std::uint32_t run(std::span<const Array> inputs, std::span<Array> results);
  /// The same, with what each part of it took.
  std::uint32_t run_timed(std::span<const Array> inputs, std::span<Array> results, Timing& timing);
  /// The same on memory of inputs and of results that lie in C order, by steps that neither need
  /// the host nor are worth giving its lock up for.
  std::uint32_t run_within(std::span<const std::byte* const> inputs,
                           std::span<std::byte* const> results);
  /// What was read there.
  Array read(std::uint32_t reading) const;

 private:
  void bind(std::span<const std::byte* const> inputs, std::span<std::byte* const> results);
  void bind_arrays(std::span<const Array> inputs, std::span<Array> results);
  void fill(std::span<Array> results);
  /// The number of a reading that differs, or none.
  std::uint32_t execute(std::uint32_t begin, std::uint32_t end);
  bool reads_as_seen(const Step& step) const;
  LoopExecution& begin_loop(const Step& step);
  SteeredExecution& begin_steered(const Step& step);
  /// What stands between stretches.
  void run_alone(const Step& step, std::span<const Array> inputs);
  /// Gives the user a chance to interrupt.
  void run_loop(const Step& step);
  void run_steered(const Step& step);
  void evaluate_compound(const Step& step, std::span<const Array> inputs);
  Array array_of(const View& view, const Steps::Whole& whole, std::span<const Array> inputs) const;

  const Program& program_;
  const Steps& steps_;
  const Scratch memory_;
  std::vector<View> views_;
  std::vector<const std::byte*> inputs_;  // their memory, in this run
  std::vector<std::byte*> results_;
  std::vector<std::unique_ptr<LoopExecution>> loops_;
  std::vector<std::unique_ptr<SteeredExecution>> steered_;
  std::vector<std::unique_ptr<LoopStates>> shared_;  // of loops, for what goes back over them
  std::size_t next_whole_ = 0;
};

}  // namespace wg
