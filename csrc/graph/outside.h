/// What a trace asks about what was there before it.
#pragma once

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
};

}  // namespace wg
