/// What is recorded meanwhile: transforms that are open, and what no derivative passes.
#pragma once

#include <utility>

#include "graph/node.h"

namespace wg {

/// While one of these lives, no derivative passes what is recorded.
class Untracked {
 public:
  explicit Untracked(bool is_cut = true) : depth_(is_cut) { recording.untracked_depth += depth_; }
  Untracked(const Untracked&) = delete;
  Untracked& operator=(const Untracked&) = delete;
  ~Untracked() { recording.untracked_depth -= depth_; }

 private:
  const int depth_;
};

/// The scope of a transform: open while its function runs, and inside of it nothing is untracked.
class OpenScope {
 public:
  explicit OpenScope(bool pushes)
      : scope_(Scope::open(pushes)),
        untracked_depth_(std::exchange(recording.untracked_depth, 0)),
        moving_leaf_(std::exchange(recording.moving_leaf, nullptr)) {}
  OpenScope(const OpenScope&) = delete;
  OpenScope& operator=(const OpenScope&) = delete;
  ~OpenScope() { close(); }
  void close() {
    if (scope_->is_open()) {
      scope_->close();
      recording.untracked_depth = untracked_depth_;
      recording.moving_leaf = moving_leaf_;
    }
  }
  const Ref<Scope>& scope() const { return scope_; }
  /// Of no_grad around the transform.
  int untracked_depth() const { return untracked_depth_; }

 private:
  Ref<Scope> scope_;
  int untracked_depth_;
  const Node* moving_leaf_;
};

}  // namespace wg
