/// A transform while its function runs.
#pragma once

#include <optional>
#include <utility>

#include "graph/departures.h"
#include "graph/untracked.h"

namespace wg {

/// The scope of a transform: open while its function runs, and inside of it nothing is untracked.
class OpenScope {
 public:
  explicit OpenScope(bool pushes)
      : scope_(Scope::open(pushes)),
        was_untracked_(is_untracked()),
        tracked_again_(std::in_place),
        moving_leaf_(std::exchange(this_thread.moving_leaf, nullptr)),
        departures_(*scope_) {}
  OpenScope(const OpenScope&) = delete;
  OpenScope& operator=(const OpenScope&) = delete;
  ~OpenScope() { close(); }
  void close() {
    if (scope_->is_open()) {
      scope_->close();
      tracked_again_.reset();
      this_thread.moving_leaf = moving_leaf_;
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
  std::optional<TrackedAgain> tracked_again_;
  const Node* moving_leaf_;
  Departures departures_;
};

}  // namespace wg
