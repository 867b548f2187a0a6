#include "sweeps/order.h"

#include <algorithm>

#include "graph/gradient_cell.h"

namespace wg {

bool NodeIndex::insert(const Node* node) {
  Slot* slot = find_slot(node);
  if (slot->node) return false;
  slot->node = node;
  if (++used_ * 2 > slots_.size()) grow();
  return true;
}

void NodeIndex::grow() {
  std::vector<Slot> old(slots_.size() * 4);
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.node) *find_slot(slot.node) = slot;
  }
}

namespace {

bool is_older(const Node* a, const Node* b) { return a->sequence() < b->sequence(); }

/// Everything between the outputs and the oldest leaf, leaves included, oldest first.
std::vector<const Node*> walk(NodeIndex& index, std::span<const Node* const> outputs,
                              std::span<const Node* const> leaves) {
  std::uint64_t oldest = UINT64_MAX;
  std::vector<const Node*> found, stack;
  for (const Node* leaf : leaves) {
    oldest = std::min(oldest, leaf->sequence());
    if (index.insert(leaf)) found.push_back(leaf);
  }
  const auto visit = [&](const Node* node) {
    // What is older than every leaf cannot depend on one.
    if (node->sequence() >= oldest && index.insert(node)) {
      found.push_back(node);
      stack.push_back(node);
    }
  };
  for (const Node* output : outputs) visit(output);
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    for (const Operand& operand : node->operands()) {
      if (const Node* from = operand.node()) visit(from);
    }
  }
  std::ranges::reverse(found);  // nearly sorted: a walk finds the newest first
  if (!std::ranges::is_sorted(found, is_older)) std::ranges::sort(found, is_older);
  return found;
}

}  // namespace

Order::Order(std::span<const Node* const> outputs, std::span<const Node* const> leaves) {
  std::vector<const Node*> found = walk(index, outputs, leaves);
  std::vector<const Node*> ends(leaves.begin(), leaves.end());
  std::ranges::sort(ends);
  nodes.reserve(found.size());
  for (const Node* node : found) {
    const bool is_leaf = node->is_leaf() && std::ranges::binary_search(ends, node);
    bool is_reached = is_leaf;
    for (const Operand& operand : node->operands()) {
      if (is_reached) break;
      const Node* from = operand.node();
      is_reached = from && index[from] != NodeIndex::nowhere;
    }
    if (is_reached) {
      index.place(node, static_cast<std::uint32_t>(nodes.size()));
      nodes.push_back(node);
      is_end.push_back(is_leaf);
    }
  }
}

std::vector<const Node*> cell_leaves(const Node& output) {
  NodeIndex index;
  std::vector<const Node*> stack{&output}, leaves;
  index.insert(&output);
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (node->is_leaf() && dynamic_cast<const GradientCell*>(node->payload()))
      leaves.push_back(node);
    for (const Operand& operand : node->operands()) {
      if (const Node* from = operand.node(); from && index.insert(from)) stack.push_back(from);
    }
  }
  std::ranges::sort(leaves, is_older);
  return leaves;
}

}  // namespace wg
