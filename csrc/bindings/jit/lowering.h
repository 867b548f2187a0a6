/// A recorded function as Python shows it: its program before and after it was simplified, the
/// steps of its plan, and what they took.
#pragma once

#include "bindings/jit/recording.h"
#include "bindings/jit/surroundings.h"

namespace wg::bindings {

/// All of it is written as dicts, lists and strings of Python's, which outlive what they tell of.
class Lowering {
 public:
  /// Records the function with its lines. What was loaded reads nothing from outside.
  Lowering(PyObject* function, bool is_loaded, const Arguments& arguments, const Static& given,
           PathMemory memory);

  /// What was recorded; null if it is not replayed.
  const Path* path() const { return path_.pointer(); }
  const std::string& why_not() const { return why_not_; }
  /// A dict, of all but the times.
  Object written() const;
  /// A dict: what the parts of a call took, on average over the faster half of the replays that
  /// were made in so many seconds, in nanoseconds.
  Object times(double seconds);

 private:
  struct Replayed;

  std::vector<Array> read_inputs() const;
  Replayed replayed();
  Object written_guards() const;
  Object written_captures() const;
  Object written_plan() const;

  const Arguments& arguments_;
  Leaves leaves_;
  Signature signature_;
  const std::size_t argument_count_;
  Surroundings surroundings_;
  Ref<Path> path_;
  std::string why_not_;
  std::shared_ptr<const Program> simplified_;
  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const Steps> steps_;
  Origin asked_;                                  // the line of the call
  Object recorded_program_, simplified_program_;  // as they are written
};

}  // namespace wg::bindings
