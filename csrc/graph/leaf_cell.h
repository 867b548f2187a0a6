/// What a leaf of a transform knows beside its value.
#pragma once

#include "core/slabs.h"
#include "graph/node.h"

namespace wg {

/// The leaf's own transform, where the leaf may be tracked by an older one, and the leaf's tangent,
/// if that transform pushes tangents on while its function runs.
struct LeafCell final : Payload {
  LeafCell(Ref<Scope> own, Tensor pushed = {})
      : scope(std::move(own)), tangent(std::move(pushed)) {}

  Ref<Scope> scope;
  Tensor tangent;

  // As many are made as there are operations: from the same memory as nodes.
  static void* operator new(std::size_t bytes) { return slabs::allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) { slabs::release(block, bytes); }
};

/// Of a node that holds a tangent.
inline LeafCell& cell_of(const Node& node) { return *static_cast<LeafCell*>(node.payload()); }

/// A leaf that moves within this transform.
inline bool moves_within(const Node& node, const Scope* scope) {
  return node.holds_tangent() && cell_of(node).scope.pointer() == scope;
}

/// A leaf of a transform that has closed is what it was made of; and untracked is without a node.
inline void leave_closed(Tensor& value) {
  while (value.is_tracked() && value.node->holds_tangent() &&
         !cell_of(*value.node).scope->is_open()) {
    value.node = Ref<Node>::share(value.node->operands()[0].node());
  }
  if (!value.is_tracked()) value.node = nullptr;
}

/// A fresh leaf of a transform over a value that may be tracked, also by one that pushes tangents.
/// It moves by `tangent`, if that is defined.
inline Tensor leaf_over(const Primitive& identity, Tensor value, Ref<Scope> scope,
                        Tensor tangent = {}) {
  const bool moves = tangent.value.is_defined();
  Ref<Payload> cell;
  if (moves || (value.is_tracked() && value.node->scope().pushes())) {
    cell = Ref<Payload>::adopt(new LeafCell(scope, std::move(tangent)));
  }
  auto node =
      Node::make_leaf(identity, value, std::move(scope), std::move(cell), {.holds_tangent = moves});
  return {std::move(value.value), std::move(node)};
}

/// A value that moves in this transform by `tangent`; not at all if that is undefined.
inline Tensor moved(Tensor value, Tensor tangent, Ref<Scope> scope, const Primitive& identity) {
  if (!tangent.value.is_defined()) return value;
  return leaf_over(identity, std::move(value), std::move(scope), std::move(tangent));
}

}  // namespace wg
