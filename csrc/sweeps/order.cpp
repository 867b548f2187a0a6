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

/// Sorts by age. Sequence numbers of one recording are nearly consecutive, so most often each node
/// has a place of its own in a table not much longer than the list.
void sort_by_age(std::vector<const Node*>& nodes) {
  if (std::ranges::is_sorted(nodes, is_older)) return;
  const auto [oldest, newest] = std::ranges::minmax_element(nodes, is_older);
  const std::uint64_t first = (*oldest)->sequence();
  const std::uint64_t length = (*newest)->sequence() - first + 1;
  if (length > 4 * nodes.size() + 64) return (void)std::ranges::sort(nodes, is_older);
  std::vector<const Node*> table(length);
  for (const Node* node : nodes) {
    const Node*& slot = table[node->sequence() - first];
    if (slot) return (void)std::ranges::sort(nodes, is_older);  // made by several threads
    slot = node;
  }
  std::ranges::copy_if(table, nodes.begin(), [](const Node* node) { return node != nullptr; });
}

/// Everything between the outputs and the oldest leaf, leaves included, oldest first.
std::vector<const Node*> walk(NodeIndex& index, std::span<const Node* const> outputs,
                              std::span<const Node* const> leaves) {
  std::uint64_t oldest = UINT64_MAX;
  std::vector<const Node*> found, stack;
  for (const Node* leaf : leaves) {
    oldest = std::min(oldest, leaf->sequence());
    index.insert(leaf);
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
  found.insert(found.end(), leaves.begin(), leaves.end());
  std::ranges::reverse(found);  // a walk along a chain finds the newest first
  sort_by_age(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

}  // namespace

Order::Order(std::span<const Node* const> outputs, std::span<const Node* const> leaves) {
  std::vector<const Node*> found = walk(index, outputs, leaves);
  std::vector<const Node*> ends(leaves.begin(), leaves.end());
  std::ranges::sort(ends);
  nodes.reserve(found.size());
  const Scope* own = !ends.empty() && ends[0]->owns_scope() ? &ends[0]->scope() : nullptr;
  for (const Node* node : found) {
    const bool is_leaf = node->is_leaf() && std::ranges::binary_search(ends, node);
    bool is_reached = is_leaf || &node->scope() == own;
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
