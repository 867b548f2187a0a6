#include "sweeps/order.h"

#include <algorithm>

#include "core/host.h"
#include "graph/gradient_cell.h"
#include "primitives/custom.h"

namespace wg {

std::pair<NodeSet::Slot*, bool> NodeSet::find_or_insert(const Node* node) {
  std::size_t i = slot_of(node);
  if (slots_[i].node) return {&slots_[i], false};
  if (++used_ * 2 > slots_.size()) {
    Table<Slot> old(slots_.size() * 4);
    old.swap(slots_);
    shift_ -= 2;
    for (const Slot& slot : old) {
      if (slot.node) slots_[slot_of(slot.node)] = slot;
    }
    i = slot_of(node);
  }
  slots_[i].node = node;
  return {&slots_[i], true};
}

namespace {

constexpr std::size_t parents_per_poll = 1 << 16;
constexpr std::uint64_t short_range = 512;  // numbers for which a table costs nothing to speak of

/// The operands of a node that a sweep passes.
std::span<const Operand> operands_of(const Node& node, Passes passes) {
  const auto operands = node.operands();
  const bool has_rule = node.is_tuple() && &node.primitive() == &custom_primitive();
  if (!has_rule || passes == Passes::everything) return operands;
  return static_cast<const CustomRule*>(node.payload())->passing(operands);
}

bool is_older(const Node* a, const Node* b) { return a->sequence() < b->sequence(); }

}  // namespace

Order::Order(std::span<const Node* const> outputs, std::span<const Node* const> leaves,
             Passes passes)
    : passes_(passes), leaves_(leaves.begin(), leaves.end()) {
  std::ranges::sort(leaves_);
  for (const Node* leaf : leaves) {
    oldest_ = std::min(oldest_, leaf->sequence());
    newest_ = std::max(newest_, leaf->sequence());
    has_inner_ends_ |= !leaf->is_leaf();
    if (leaf->owns_scope()) own_ = &leaf->scope();
    if (leaf->holds_tangent()) moving_ = cell_of(*leaf).scope.pointer();
  }
  if (leaves.empty()) return;
  for (const Node* output : outputs) newest_ = std::max(newest_, output->sequence());
  const std::uint64_t range = newest_ - oldest_ + 1;
  // A table is worth its memory if at least one number in sixteen is in use.
  is_numbered_ =
      range <= short_range || (range < nowhere && !walk_by_set(outputs, range / 16 + 64));
  if (is_numbered_) {
    set_ = NodeSet();
    walk_by_number(outputs);
  } else if (nodes_.empty()) {
    walk_by_set(outputs, SIZE_MAX);
  }
}

void Order::walk_by_number(std::span<const Node* const> outputs) {
  nodes_.assign(newest_ - oldest_ + 1, nullptr);
  const auto enter = [nodes = nodes_.data(), size = nodes_.size(),
                      oldest = oldest_](const Node* node) {
    const std::uint64_t at = node->sequence() - oldest;
    if (at < size) nodes[at] = node;  // else older than every leaf: it cannot depend on one
  };
  for (const Node* leaf : leaves_) enter(leaf);
  for (const Node* output : outputs) {
    if (is_passed(output)) enter(output);
  }
  bool is_all_reached = true;
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (i % parents_per_poll == 0) poll_host();
    const Node* node = nodes_[i];
    if (!node || is_end(node)) continue;
    is_all_reached &= &node->scope() == own_;
    for (const Operand& operand : operands_of(*node, passes_)) {
      if (const Node* from = operand.node(); from && is_passed(from)) enter(from);
    }
  }
  if (!is_all_reached) drop_unreached();
}

/// False if there are more than `most` nodes.
bool Order::walk_by_set(std::span<const Node* const> outputs, std::size_t most) {
  set_ = NodeSet();
  Nodes stack;
  for (const Node* leaf : leaves_) {
    if (set_.insert(leaf)) nodes_.push_back(leaf);
  }
  const auto visit = [&](const Node* node) {
    if (node->sequence() >= oldest_ && is_passed(node) && set_.insert(node)) {
      nodes_.push_back(node);
      stack.push_back(node);
    }
  };
  for (const Node* output : outputs) visit(output);
  while (!stack.empty()) {
    if (nodes_.size() > most) {
      nodes_.clear();
      return false;
    }
    const Node* node = stack.back();
    stack.pop_back();
    for (const Operand& operand : operands_of(*node, passes_)) {
      if (const Node* from = operand.node()) visit(from);
    }
  }
  std::ranges::sort(nodes_, is_older);
  drop_unreached();
  return true;
}

/// Keeps the leaves and what depends on one.
void Order::drop_unreached() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node* node = nodes_[i];
    if (!node) continue;
    // Nothing but what depends on the leaves of an outermost transform has its scope.
    bool is_reached = &node->scope() == own_ || is_end(node);
    for (const Operand& operand : operands_of(*node, passes_)) {
      if (is_reached) break;
      const Node* from = operand.node();
      is_reached = from && place(from) != nowhere;
    }
    if (is_numbered_) {
      if (!is_reached) nodes_[i] = nullptr;
    } else if (is_reached) {
      set_.place(node) = static_cast<std::uint32_t>(kept);
      nodes_[kept++] = node;
    }
  }
  if (!is_numbered_) nodes_.resize(kept);
}

std::vector<const Node*> nodes_of(std::span<const Tensor> tensors) {
  std::vector<const Node*> nodes;
  for (const Tensor& tensor : tensors) {
    if (tensor.node) nodes.push_back(tensor.node.pointer());
  }
  return nodes;
}

std::vector<const Node*> nodes_of(std::span<const Ref<Node>> leaves) {
  std::vector<const Node*> nodes;
  for (const Ref<Node>& leaf : leaves) nodes.push_back(leaf.pointer());
  return nodes;
}

std::vector<const Node*> cell_leaves(const Node& output) {
  SeenNodes seen;
  Table<const Node*> stack{&output};
  std::vector<const Node*> leaves;
  seen.insert(&output);
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (gradient_cell(node)) leaves.push_back(node);
    for (const Operand& operand : node->operands()) {
      if (const Node* from = operand.node(); from && seen.insert(from)) stack.push_back(from);
    }
  }
  std::ranges::sort(leaves, is_older);
  return leaves;
}

}  // namespace wg
