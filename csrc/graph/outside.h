/// What a trace asks about what was there before it.
#pragma once

#include <cstddef>
#include <string_view>

#include "graph/node.h"

namespace wg {

/// Whoever records a function to call it again, with what lies outside of it as it then is.
class Outside {
 public:
  virtual ~Outside() = default;
  /// The leaf that stands for what a handle of the host holds, at every call.
  virtual const Tensor& capture(void* handle, const Tensor& value) = 0;
  /// The host read a recorded value.
  virtual void guarded() = 0;
  /// Something happened that would happen once, and not again where the recording is evaluated
  /// again: it serves this call alone. Nothing is captured any more.
  virtual void give_up(std::string_view why) = 0;
  /// A loop begins that may become one operation: its number, or -1 if it is known to be none.
  virtual std::ptrdiff_t begins_loop() = 0;
  /// It is none, and its steps have changed something already: the function is recorded from the
  /// start again, and that loop step by step.
  [[noreturn]] virtual void begin_again(std::ptrdiff_t loop) = 0;
};

}  // namespace wg
