/// Where no derivative passes what is recorded.
#pragma once

#include <atomic>
#include <utility>

#include "core/host.h"
#include "graph/node.h"

namespace wg {

/// While one of these lives, no derivative passes what is recorded.
class Untracked {
 public:
  explicit Untracked(bool is_cut = true) : depth_(is_cut) { this_thread.untracked_depth += depth_; }
  Untracked(const Untracked&) = delete;
  Untracked& operator=(const Untracked&) = delete;
  ~Untracked() { this_thread.untracked_depth -= depth_; }

 private:
  const int depth_;
};

/// The blocks that a user opens for the same end. Which of them concern this thread is for the host
/// to say, since tasks take turns in a thread; it is asked only while there are any.
struct UntrackedBlocks {
  static std::atomic<int>& open() {
    static constinit std::atomic<int> count{0};
    return count;
  }
  /// How many there were: a block's number.
  static std::atomic<std::uint64_t>& opened() {
    static constinit std::atomic<std::uint64_t> count{0};
    return count;
  }
};

/// While one of these lives, what ends derivatives around it does not count.
class TrackedAgain {
 public:
  TrackedAgain()
      : depth_(std::exchange(this_thread.untracked_depth, 0)),
        blocks_aside_(std::exchange(this_thread.blocks_aside, UntrackedBlocks::opened())) {}
  TrackedAgain(const TrackedAgain&) = delete;
  TrackedAgain& operator=(const TrackedAgain&) = delete;
  ~TrackedAgain() {
    this_thread.untracked_depth = depth_;
    this_thread.blocks_aside = blocks_aside_;
  }

 private:
  const int depth_;
  const std::uint64_t blocks_aside_;
};

/// Whether no derivative passes what is recorded now.
inline bool is_untracked() {
  if (this_thread.untracked_depth > 0) return true;
  return UntrackedBlocks::open().load(std::memory_order_relaxed) > 0 &&
         host().is_untracked(this_thread.blocks_aside);
}

}  // namespace wg
