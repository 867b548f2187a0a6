/// The nodes between leaves and outputs, in the order they were made.
#pragma once

#include <span>
#include <vector>

#include "graph/node.h"

namespace wg {

/// Finds a node's place among the nodes of a sweep. Sequence numbers of a recording are nearly
/// consecutive, so a number masked to the table's size is nearly a perfect hash.
class NodeIndex {
 public:
  static constexpr std::uint32_t nowhere = UINT32_MAX;

  NodeIndex() : slots_(64) {}
  /// False if the node was there already; it is nowhere until it is placed.
  bool insert(const Node* node);
  void place(const Node* node, std::uint32_t at) { find_slot(node)->place = at; }
  std::uint32_t operator[](const Node* node) const { return find_slot(node)->place; }

 private:
  struct Slot {
    const Node* node = nullptr;
    std::uint32_t place = nowhere;
  };
  const Slot* find_slot(const Node* node) const {
    std::size_t i = node->sequence() & (slots_.size() - 1);
    while (slots_[i].node != node && slots_[i].node) i = (i + 1) & (slots_.size() - 1);
    return &slots_[i];
  }
  Slot* find_slot(const Node* node) {
    return const_cast<Slot*>(std::as_const(*this).find_slot(node));
  }
  void grow();

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

/// The nodes on the ways from the leaves to the outputs, operands before what uses them; leaves are
/// among them. The walk stops at leaves and at nodes older than all of them.
struct Order {
  std::vector<const Node*> nodes;
  NodeIndex index;           // into `nodes`
  std::vector<bool> is_end;  // a leaf of this sweep: what it was made of is not visited

  Order(std::span<const Node* const> outputs, std::span<const Node* const> leaves);
};

/// The leaves with a gradient cell that `output` depends on, oldest first.
std::vector<const Node*> cell_leaves(const Node& output);

}  // namespace wg
