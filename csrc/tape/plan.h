/// A program made ready to be evaluated many times.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/program.h"

namespace wg {

struct Steps;
class Execution;
struct Timing;

/// All that follows from types and from how inputs lie in memory was decided when it was made:
/// where values are and for how long, which kernels work on them, where the host's lock is given
/// up. What is left is work on memory. It never changes; executions of it, each with memory of its
/// own, may go on in several threads at once.
class Plan {
 public:
  explicit Plan(std::shared_ptr<const Program> program);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  struct Run {
    std::vector<Array> results;          // in memory of their own; none if a reading differed
    std::ptrdiff_t failed_reading = -1;  // the first that read something else than was seen
    Array read;                          // what that was
  };
  /// For inputs of the program's types, which lie in memory as they like. Takes the host's lock.
  /// `destinations`: memory in C order for some of the results, if any is given.
  Run run(std::span<const Array> inputs, std::vector<Array> destinations = {}) const;
  /// The same, with what each part of it took.
  Run run_timed(std::span<const Array> inputs, Timing& timing) const;
  /// Whether it takes so little time, and so little of the host, that the lock stays with the
  /// caller throughout.
  bool is_brief() const { return is_brief_; }
  /// A brief one on memory of inputs, and of results, that lie in C order: nothing is made, and
  /// nothing counted. False if a reading differed.
  bool run_briefly(std::span<const std::byte* const> inputs,
                   std::span<std::byte* const> results) const;
  /// Of the results, in order.
  std::span<const Type> result_types() const;
  /// What is done for inputs that lie in memory as these do.
  std::shared_ptr<const Steps> steps_for(std::span<const Array> inputs) const;

  const Program& program() const { return *program_; }
  /// Of an execution for inputs in C order.
  std::size_t arena_bytes() const;
  /// The same, one step a line, for people.
  std::string text() const;

 private:
  /// The steps for inputs that lie in one way, and executions of them that nobody is at work on.
  struct Prepared;
  struct Lease;

  std::shared_ptr<Prepared> prepared_for(std::span<const Array> inputs) const;
  std::vector<Array> results_of(const Prepared& prepared, std::vector<Array> results = {}) const;
  static void finish(Run& run, std::uint32_t failed, const Execution& execution);

  const std::shared_ptr<const Program> program_;
  // Those for inputs in C order first. They change under the host's lock.
  mutable std::vector<std::shared_ptr<Prepared>> prepared_;
  bool is_brief_ = false;
};

}  // namespace wg
