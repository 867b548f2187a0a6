/// What a trace asks about what was there before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "graph/node.h"

namespace wg {

class GradientCell;
class KnownPaths;

/// Whoever records a function to call it again, with what lies outside of it as it then is.
class Outside {
 public:
  virtual ~Outside() = default;
  /// The handle inside of the recording that stands for one of the host's, at every call: what is
  /// read and written there is read and written here.
  virtual void* inside(void* handle) = 0;
  /// A handle inside, or one that sees its memory, was written to.
  virtual void wrote(void* handle) = 0;
  /// How often something was written to that was there before the innermost trace.
  virtual std::uint64_t changes() const = 0;
  /// What stands for the place for the gradient of a leaf.
  virtual GradientCell& inside(GradientCell& cell) = 0;
  /// The host read a recorded value.
  virtual void guarded() = 0;
  /// Something happened that would happen once, and not again where the recording is evaluated
  /// again: it serves this call alone.
  virtual void give_up(std::string_view why) = 0;
  /// The paths through functions of examples that it was told of, in this recording and before.
  virtual KnownPaths& known_paths() = 0;
  /// A loop begins that may become one operation: its number, or -1 if it is known to be none.
  virtual std::ptrdiff_t begins_loop() = 0;
  /// It is none, and its steps have changed something already: the function is recorded from the
  /// start again, and that loop step by step.
  [[noreturn]] virtual void begin_again(std::ptrdiff_t loop) = 0;
};

}  // namespace wg
