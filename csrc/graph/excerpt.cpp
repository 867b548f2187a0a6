#include "graph/excerpt.h"

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "graph/compound.h"

namespace wg {
namespace {

constexpr Slot nowhere = UINT32_MAX;

/// Makes instructions of nodes. A trace has the numbers behind its first for itself, so a node is
/// found by its number.
class Flatten {
 public:
  explicit Flatten(const Excerpt& excerpt) : excerpt_(excerpt) {}

  Captured run() {
    find_nodes();
    if (excerpt_.extent == Extent::dependent) keep_dependent();
    for (const Ref<Node>& leaf : excerpt_.leaves) {
      slots_[at(*leaf)] = add_slot(leaf->type());
      program_->inputs.push_back(slots_[at(*leaf)]);
    }
    program_->leaf_count = excerpt_.leaves.size();
    program_->instructions.reserve(nodes_.size());
    program_->types.reserve(2 * nodes_.size());
    program_->uses.reserve(2 * nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      add_guards_before(i);
      if (nodes_[i] && slots_[i] == nowhere) add(*nodes_[i], slots_[i]);
    }
    add_guards_before(SIZE_MAX);
    for (const Tensor& result : excerpt_.results) {
      program_->results.push_back(use(slot_of(result)));
    }
    captured_.program = std::move(program_);
    return std::move(captured_);
  }

 private:
  bool is_recent(const Node& node) const { return node.sequence() > excerpt_.since; }
  std::size_t at(const Node& node) const { return node.sequence() - excerpt_.since - 1; }

  void find_nodes() {
    std::uint64_t last = excerpt_.since;
    const auto reach = [&](const Node* node) {
      if (node) last = std::max(last, node->sequence());
    };
    for (const Tensor& result : excerpt_.results) reach(result.node.pointer());
    for (const Guard& guard : excerpt_.guards) reach(guard.tensor.node.pointer());
    for (const Ref<Node>& node : excerpt_.fallible) reach(node.pointer());
    for (const Ref<Node>& leaf : excerpt_.leaves) reach(leaf.pointer());
    nodes_.assign(last - excerpt_.since, nullptr);
    slots_.assign(nodes_.size(), nowhere);
    for (const Tensor& result : excerpt_.results) enter(result.node.pointer());
    for (const Guard& guard : excerpt_.guards) enter(guard.tensor.node.pointer());
    for (const Ref<Node>& node : excerpt_.fallible) enter(node.pointer());
    is_leaf_.assign(nodes_.size(), false);
    for (const Ref<Node>& leaf : excerpt_.leaves) {
      enter(leaf.pointer());
      is_leaf_[at(*leaf)] = true;
    }
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      if (!nodes_[i] || is_leaf_[i]) continue;
      for (const Operand& operand : nodes_[i]->operands()) enter(operand.node());
    }
  }

  void enter(const Node* node) {
    if (!node || !is_recent(*node)) return;
    nodes_[at(*node)] = node;
  }

  [[noreturn]] static void refuse_thread() {
    fail<TraceError>(
        "an operation was computed in a thread that the function started, and cannot be evaluated "
        "again; a transform inside of that thread is needed");
  }

  /// What a trace inside was told of, a step of a chain say, is made again as well: it is bound to
  /// leaves that nothing may use any more.
  void keep_dependent() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!nodes_[i] || is_leaf_[i]) continue;
      if (nodes_[i]->is_bound() && !Trace::is_seen(*nodes_[i])) continue;
      const auto depends = [&](const Operand& operand) {
        const Node* from = operand.node();
        return from && is_recent(*from) && nodes_[at(*from)];
      };
      if (std::ranges::none_of(nodes_[i]->operands(), depends)) nodes_[i] = nullptr;
    }
  }

  Slot add_slot(Type type) {
    program_->types.push_back(std::move(type));
    program_->uses.push_back(0);
    return static_cast<Slot>(program_->types.size() - 1);
  }

  Slot use(Slot slot) {
    ++program_->uses[slot];
    return slot;
  }

  void add(const Node& node, Slot& slot) {
    if (node.is_part()) {
      slot = slots_[at(*node.operands()[0].node())] + part_number(node);
      return;
    }
    const auto first = static_cast<std::uint32_t>(program_->operands.size());
    for (const Operand& operand : node.operands()) {
      const Node* from = operand.node();
      const bool is_made = from && is_recent(*from) && nodes_[at(*from)];
      program_->operands.push_back(use(is_made ? slots_[at(*from)] : slot_of(operand.tensor())));
    }
    Ref<Payload> payload;
    if (node.payload() && !node.is_leaf()) {
      payload = node.payload()->without_values();
      if (!payload) payload = Ref<Payload>::share(node.payload());
    }
    std::uint32_t count = 1;
    if (node.is_tuple()) {
      std::vector<Type> x;
      for (const Operand& operand : node.operands()) x.push_back(operand.type());
      std::vector<Type> types = compound_of(node.payload()).infer(x);
      count = static_cast<std::uint32_t>(types.size());
      slot = static_cast<Slot>(program_->types.size());
      for (Type& type : types) add_slot(std::move(type));
    } else {
      slot = add_slot(node.type());
    }
    program_->instructions.push_back({&node.primitive(), std::move(payload), first,
                                      static_cast<std::uint32_t>(node.arity()), slot, count,
                                      node.is_cut()});
    if (this_thread.witness) {
      program_->nodes.push_back(Ref<Node>::share(const_cast<Node*>(&node)));
    }
    if (excerpt_.keep && excerpt_.keep->contains(&node.primitive())) keep_value(node);
  }

  /// Who reads the node keeps its value.
  void keep_value(const Node& node) {
    const auto number = static_cast<std::uint32_t>(program_->instructions.size() - 1);
    for (std::size_t i = at(node) + 1; i < nodes_.size(); ++i) {
      if (!nodes_[i]) continue;
      for (const Operand& operand : nodes_[i]->operands()) {
        if (operand.node() == &node)
          return captured_.kept.emplace_back(number, operand.value()), void();
      }
    }
  }

  /// The guards that were read before the node with this place.
  void add_guards_before(std::size_t i) {
    while (next_guard_ < excerpt_.guards.size()) {
      const Guard& guard = excerpt_.guards[next_guard_];
      if (i != SIZE_MAX && guard.sequence > excerpt_.since + i) return;
      const auto before = static_cast<std::uint32_t>(program_->instructions.size());
      program_->readings.push_back(
          {use(slot_of(guard.tensor)), before, guard.left_by, guard.tensor.value});
      ++next_guard_;
    }
  }

  Slot slot_of(const Tensor& tensor) {
    const Node* node = tensor.node.pointer();
    if (node && is_recent(*node) && nodes_[at(*node)]) return slots_[at(*node)];
    if (tensor.value.is_abstract() && excerpt_.has_values) refuse_thread();
    if (!tensor.is_tracked()) {
      program_->constants.emplace_back(add_slot(tensor.type()), tensor.value);
      return program_->constants.back().first;
    }
    const auto [found, is_new] = captures_.try_emplace(node, nowhere);
    if (is_new) {
      found->second = add_slot(tensor.type());
      program_->inputs.push_back(found->second);
      captured_.captures.push_back(tensor);
    }
    return found->second;
  }

  const Excerpt& excerpt_;
  std::vector<const Node*> nodes_;  // by number
  std::vector<Slot> slots_;         // of these; of a tuple the first
  std::vector<bool> is_leaf_;
  std::unordered_map<const Node*, Slot> captures_;
  std::size_t next_guard_ = 0;
  std::shared_ptr<Program> program_ = std::make_shared<Program>();
  Captured captured_;
};

}  // namespace

Captured program_of(const Excerpt& excerpt) { return Flatten(excerpt).run(); }

}  // namespace wg
