/// The nodes between leaves and outputs, in the order they were made.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/memory.h"
#include "graph/leaf_cell.h"

namespace wg {

/// How many nodes a sweep visits before it asks the host whether to go on.
constexpr std::size_t nodes_per_poll = 8192;

/// Nodes, and a place for each: a table with open addressing, hashed by sequence number.
class NodeSet {
 public:
  NodeSet() : slots_(64) {}
  /// False if the node was there already.
  bool insert(const Node* node) { return find_or_insert(node).second; }
  std::uint32_t& place(const Node* node) { return find_or_insert(node).first->place; }
  std::uint32_t find(const Node* node) const { return slots_[slot_of(node)].place; }

  static constexpr std::uint32_t nowhere = UINT32_MAX;

 private:
  struct Slot {
    const Node* node = nullptr;
    std::uint32_t place = nowhere;
  };
  std::size_t slot_of(const Node* node) const {
    // Numbers come in long runs, which this spreads over the table (Knuth, vol. 3, sec. 6.4).
    std::size_t i = (node->sequence() * 0x9e3779b97f4a7c15u) >> shift_;
    while (slots_[i].node != node && slots_[i].node) i = (i + 1) & (slots_.size() - 1);
    return i;
  }
  std::pair<Slot*, bool> find_or_insert(const Node* node);

  Table<Slot> slots_;
  int shift_ = 64 - 6;  // 64 less the logarithm of the table's size
  std::size_t used_ = 0;
};

/// Nodes that were seen, a bit for each: numbers come in long runs, and no two nodes have the same.
class SeenNodes {
 public:
  /// False if the node was there already.
  bool insert(const Node* node) {
    const std::uint64_t page = node->sequence() >> page_bits;
    if (page != last_page_) {
      last_ = &pages_[page];
      last_page_ = page;
    }
    const std::uint64_t at = node->sequence() & ((1u << page_bits) - 1);
    std::uint64_t& word = (*last_)[at / 64];
    const std::uint64_t bit = std::uint64_t{1} << at % 64;
    return !(std::exchange(word, word | bit) & bit);
  }

 private:
  static constexpr int page_bits = 12;
  using Page = std::array<std::uint64_t, (1u << page_bits) / 64>;

  std::unordered_map<std::uint64_t, Page> pages_;
  std::uint64_t last_page_ = UINT64_MAX;
  Page* last_ = nullptr;
};

/// Which nodes a sweep passes: those that a derivative passes, or all.
enum class Passes : bool { derivatives, everything };

/// The nodes on the ways from the leaves to the outputs, each at a place: operands before what uses
/// them, leaves among them. Nothing older than all leaves is visited, nor what the leaves were made
/// of.
///
/// Where a recording has the range of sequence numbers nearly for itself, a node's place is its
/// number; otherwise nodes are found by a NodeSet and sorted.
class Order {
 public:
  static constexpr std::uint32_t nowhere = NodeSet::nowhere;

  Order(std::span<const Node* const> outputs, std::span<const Node* const> leaves,
        Passes passes = Passes::derivatives);

  /// One more than the largest place.
  std::size_t size() const { return nodes_.size(); }
  /// Null where there is no node.
  const Node* operator[](std::size_t place) const { return nodes_[place]; }
  std::uint32_t place(const Node* node) const {
    if (!is_numbered_) return set_.find(node);
    const std::uint64_t at = node->sequence() - oldest_;
    return at < nodes_.size() && nodes_[at] == node ? static_cast<std::uint32_t>(at) : nowhere;
  }
  /// A leaf of this sweep, or one that was made of such and holds its own tangent. Any node may be
  /// given as a leaf: nothing that it was made of is then visited for its sake.
  bool is_end(const Node* node) const {
    return (node->is_leaf() || has_inner_ends_) &&
           (std::ranges::binary_search(leaves_, node) || (moving_ && moves_within(*node, moving_)));
  }
  /// The leaves' transform, if it pushes tangents.
  const Scope* moving() const { return moving_; }

 private:
  using Nodes = Table<const Node*>;

  void walk_by_number(std::span<const Node* const> outputs);
  bool walk_by_set(std::span<const Node* const> outputs, std::size_t most);
  void drop_unreached();
  bool is_passed(const Node* node) const {
    return passes_ == Passes::everything || node->is_differentiable();
  }

  Passes passes_;
  std::vector<const Node*> leaves_;  // by address
  bool has_inner_ends_ = false;
  const Scope* own_ = nullptr;  // nothing but what depends on the leaves has this scope
  const Scope* moving_ = nullptr;
  std::uint64_t oldest_ = UINT64_MAX;
  std::uint64_t newest_ = 0;
  bool is_numbered_ = false;
  Nodes nodes_;
  NodeSet set_;
};

/// The nodes of those that have one.
std::vector<const Node*> nodes_of(std::span<const Tensor> tensors);
std::vector<const Node*> nodes_of(std::span<const Ref<Node>> leaves);

/// The leaves with a gradient cell that `output` depends on, oldest first.
std::vector<const Node*> cell_leaves(const Node& output);

}  // namespace wg
