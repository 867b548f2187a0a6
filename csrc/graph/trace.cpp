#include "graph/trace.h"

#include <algorithm>

#include "core/error.h"
#include "graph/leaf_cell.h"

namespace wg {

Trace::Trace(Outside* outside)
    : outer_(this_thread.trace),
      outside_(outside),
      around_(this_thread.departures),
      depth_(outer_ ? outer_->depth_ + 1 : 1),
      number_(++traces_opened),
      since_(sequence_of_now()) {
  if (depth_ > Node::deepest_trace) {
    fail<TraceError>("transforms that evaluate their function again are nested ", depth_,
                     " deep; at most ", Node::deepest_trace, " are possible");
  }
  this_thread.trace = this;
  traces_capturing += outside_ != nullptr;
}

void Trace::close() {
  if (!is_open_) return;
  is_open_ = false;
  this_thread.trace = outer_;
  traces_capturing -= outside_ != nullptr;
  if (scope_) scope_->close();
  if (!outer_) return;
  for (const Ref<Node>& node : fallible_) {
    if (node->is_tracked()) outer_->add_fallible(node);
  }
  // An attempt around refused the reading when it was read; here, an exception may be on its way.
  for (const Guard& guard : guards_) {
    if (!guard.tensor.is_tracked()) continue;
    outer_->guards_.push_back({guard.tensor, guard.left_by, this_thread.last_sequence});
    if (outer_->outside_) outer_->outside_->guarded();
  }
}

Tensor Trace::leaf(const Primitive& identity, const Tensor& value, bool is_differentiable,
                   Ref<Payload> cell) {
  if (!scope_) {
    scope_ = Scope::open();
    scope_->let_leave(outside_ ? depth_ : 0);
  }
  if (is_differentiable) scope_->set_differentiated();
  Tensor leaf = bound_leaf(identity, value, scope_, is_differentiable, std::move(cell));
  leaves_.push_back(leaf.node);
  return leaf;
}

Tensor Trace::adopt(const Primitive& identity, const Tensor& value) const {
  return bound_leaf(identity, value, Ref<Scope>::share(&value.node->scope()),
                    value.node->is_differentiable());
}

Tensor Trace::bound_leaf(const Primitive& identity, const Tensor& value, Ref<Scope> scope,
                         bool is_differentiable, Ref<Payload> cell) const {
  return {value.value,
          Node::make_leaf(identity, value, std::move(scope), std::move(cell),
                          {.is_differentiable = is_differentiable, .trace_depth = depth_})};
}

std::vector<Tensor> without_nodes_that_left(std::span<const Tensor* const> operands) {
  std::vector<Tensor> values;
  for (const Tensor* operand : operands) {
    const bool is_left = is_one_of_many(*operand) && !Trace::is_seen(*operand->node);
    values.push_back(is_left ? Tensor(operand->value) : *operand);
  }
  return values;
}

void Trace::refuse() {
  fail<TraceError>(
      "a value that stands for all examples of a vmap, or for the state of each step of "
      "checkpoint_chain, is used where that cannot be followed: in another thread, or after the "
      "function has returned; return it from the function, or start threads outside of it");
}

void Trace::refuse_reading() {
  fail<TraceError>("a value was read of what was to be one operation");
}

}  // namespace wg
