/// Recordings whose graph will be evaluated again, and what must be the same for that to be right.
#pragma once

#include <vector>

#include "graph/departures.h"
#include "graph/untracked.h"

namespace wg {

/// What the host language read of a recorded value: where it would have read something else, the
/// recording does not hold.
struct Guard {
  Tensor tensor;
  const char* left_by;  // how a value left that every example must have in common, or null
};

/// A recording whose graph will be evaluated again, at other values.
struct OpenRecording {
  OpenRecording() : outer(std::exchange(recording.open, this)) {}
  OpenRecording(const OpenRecording&) = delete;
  OpenRecording& operator=(const OpenRecording&) = delete;
  ~OpenRecording() { close(); }
  void close() {
    if (recording.open == this) recording.open = outer;
  }

  OpenRecording* const outer;
  std::vector<Guard> guards;
};

/// The value was read. `left_by`: it went where no comparison of bits can follow it.
inline void observe(const Tensor& tensor, const char* left_by = nullptr) {
  if (recording.open && tensor.is_tracked()) recording.open->guards.push_back({tensor, left_by});
}

/// The scope of a transform: open while its function runs, and inside of it nothing is untracked.
class Recorded {
 public:
  explicit Recorded(bool pushes)
      : scope_(Scope::open(pushes)),
        was_untracked_(is_untracked()),
        untracked_depth_(std::exchange(recording.untracked_depth, 0)),
        blocks_aside_(std::exchange(recording.blocks_aside, UntrackedBlocks::opened())),
        moving_leaf_(std::exchange(recording.moving_leaf, nullptr)),
        departures_(*scope_) {}
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  ~Recorded() { close(); }
  void close() {
    if (scope_->is_open()) {
      scope_->close();
      recording.untracked_depth = untracked_depth_;
      recording.blocks_aside = blocks_aside_;
      recording.moving_leaf = moving_leaf_;
      departures_.close();
    }
  }
  const Ref<Scope>& scope() const { return scope_; }
  /// Whether something was around the transform.
  bool was_untracked() const { return was_untracked_; }
  /// How a value that was being differentiated left the record meanwhile, or null.
  const Departure* departure() const { return departures_.first(); }

 private:
  Ref<Scope> scope_;
  bool was_untracked_;
  int untracked_depth_;
  std::uint64_t blocks_aside_;
  const Node* moving_leaf_;
  Departures departures_;
};

}  // namespace wg
