/// Where the gradient of a leaf that requires one is kept: in the leaf, and in the one that
/// assign() puts in its place, not in the handle.
#pragma once

#include "graph/node.h"

namespace wg {

class GradientCell : public Payload {
 public:
  /// None is undefined.
  virtual const Tensor& gradient() { return gradient_; }
  /// Whether it is a recording's, for a leaf that was there before.
  virtual bool stands_for_another() const { return false; }
  /// How often the gradient was set.
  std::uint64_t changes() const { return changes_; }
  void set(Tensor gradient) {
    ++changes_;
    std::swap(gradient_, gradient);
  }

  // A gradient that can be differentiated leads back to its leaf, which owns this cell. It is shown
  // by handles alone, and goes with the last of them.
  bool is_shown() const { return handles_ > 0; }
  void show() { ++handles_; }
  void hide() {
    if (--handles_ == 0) set(Tensor());
  }

 protected:
  Tensor gradient_;

 private:
  std::uint64_t changes_ = 0;
  int handles_ = 0;
};

/// The cell of a leaf that requires a gradient; of any other value null.
inline GradientCell* gradient_cell(const Node* node) {
  const bool may_be = node && node->is_leaf() && node->payload() && !node->holds_tangent();
  return may_be ? dynamic_cast<GradientCell*>(node->payload()) : nullptr;
}

}  // namespace wg
