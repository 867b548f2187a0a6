/// A recording that becomes the body of one operation.
#pragma once

#include "graph/recording.h"

namespace wg::bindings {

/// What is recorded while this lives is evaluated again later. What Python read of it is the
/// business of whoever records around it as well.
class BodyRecording {
 public:
  std::uint64_t since() const { return since_; }
  void close() {
    open_.close();
    for (const Guard& guard : open_.guards) observe(guard.tensor, guard.left_by);
  }

 private:
  const std::uint64_t since_ = sequence_of_now();
  OpenRecording open_;
};

}  // namespace wg::bindings
