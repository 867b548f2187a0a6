#include "graph/excerpt.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "core/error.h"
#include "core/memory.h"
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
    for (const Ref<Node>& leaf : excerpt_.leaves) {
      Place& place = place_of(*leaf);
      place.slot = add_slot(leaf->type());
      program_.inputs.push_back(place.slot);
    }
    program_.leaf_count = excerpt_.leaves.size();
    for (std::size_t i = 0; i < places_.size(); ++i) {
      add_guards_before(i);
      Place& place = places_[i];
      if (!place.node || place.slot != nowhere) continue;
      if (excerpt_.extent == Extent::dependent && !is_dependent(*place.node)) {
        place.node = nullptr;
      } else {
        place.slot = add(*place.node);
      }
    }
    add_guards_before(SIZE_MAX);
    for (const Tensor& result : excerpt_.results) {
      program_.results.push_back(slot_of(result));
    }
    count_uses();
    captured_.program = std::make_shared<const Program>(std::move(program_));
    return std::move(captured_);
  }

 private:
  /// A number of the recording.
  struct Place {
    const Node* node = nullptr;  // if the program needs it
    Slot slot = nowhere;         // of its value, once it is made; of a tuple the first
    bool is_leaf = false;
  };

  /// A constant of up to eight bytes. A long loop has few, which it reads again and again: each has
  /// one slot, as far as a small table remembers.
  struct Number {
    std::uint64_t bits = 0;
    DType dtype = DType::float64;
    bool is_weak = false;
    Slot slot = nowhere;
  };
  static constexpr int number_bits = 6;

  bool is_recent(const Node& node) const { return node.sequence() > excerpt_.since; }
  std::size_t at(const Node& node) const { return node.sequence() - excerpt_.since - 1; }
  Place& place_of(const Node& node) { return places_[at(node)]; }
  /// Whether the node was recorded, and is one of the program's.
  bool is_made(const Node* node) const {
    return node && is_recent(*node) && places_[at(*node)].node;
  }

  void find_nodes() {
    std::uint64_t last = excerpt_.since;
    const auto reach = [&](const Node* node) {
      if (node) last = std::max(last, node->sequence());
    };
    for (const Tensor& result : excerpt_.results) reach(result.node.pointer());
    for (const Guard& guard : excerpt_.guards) reach(guard.tensor.node.pointer());
    for (const Ref<Node>& node : excerpt_.fallible) reach(node.pointer());
    for (const Ref<Node>& leaf : excerpt_.leaves) reach(leaf.pointer());
    places_.resize(last - excerpt_.since);
    for (const Tensor& result : excerpt_.results) enter(result.node.pointer());
    for (const Guard& guard : excerpt_.guards) enter(guard.tensor.node.pointer());
    for (const Ref<Node>& node : excerpt_.fallible) enter(node.pointer());
    for (const Ref<Node>& leaf : excerpt_.leaves) {
      enter(leaf.pointer());
      place_of(*leaf).is_leaf = true;
    }
    for (Place& place : places_) {
      if (place.node && is_read_from_outside(*place.node)) place.node = nullptr;
    }
    std::size_t nodes = 0, operands = 0, constants = 0;
    for (std::size_t i = places_.size(); i-- > 0;) {
      const Place& place = places_[i];
      if (!place.node || place.is_leaf) continue;
      const auto own = place.node->operands();
      for (const Operand& operand : own) {
        const Node* const node = operand.node();
        if (node && !is_read_from_outside(*node)) enter(node);
        constants += node == nullptr;
      }
      operands += own.size();
      ++nodes;
    }
    program_.instructions.reserve(nodes);
    program_.operands.reserve(operands);
    program_.constants.reserve(constants);
    program_.types.reserve(nodes + constants + excerpt_.leaves.size());
  }

  /// What a trace around was told of meanwhile: a leaf of that, where it was first read.
  bool is_read_from_outside(const Node& node) {
    return is_recent(node) && node.is_leaf() && !place_of(node).is_leaf && node.is_bound() &&
           !node.operands()[0].node() && Trace::is_seen(node);
  }

  void enter(const Node* node) {
    if (node && is_recent(*node)) place_of(*node).node = node;
  }

  [[noreturn]] static void refuse_thread() {
    fail<TraceError>(
        "an operation was computed in a thread that the function started, and cannot be evaluated "
        "again; a transform inside of that thread is needed");
  }

  /// What a trace inside was told of, a step of a chain say, is made again as well: it is bound to
  /// leaves that nothing may use any more.
  bool is_dependent(const Node& node) const {
    const auto depends = [&](const Operand& operand) { return is_made(operand.node()); };
    return std::ranges::any_of(node.operands(), depends) ||
           (node.is_bound() && !Trace::is_seen(node));
  }

  Slot add_slot(Type type) {
    program_.types.push_back(std::move(type));
    return static_cast<Slot>(program_.types.size() - 1);
  }

  void count_uses() {
    Table<std::uint32_t>& uses = program_.uses;
    uses.assign(program_.types.size(), 0);
    for (const Slot slot : program_.operands) ++uses[slot];
    for (const Reading& reading : program_.readings) ++uses[reading.slot];
    for (const Slot slot : program_.results) ++uses[slot];
  }

  /// The slot of the node's value.
  Slot add(const Node& node) {
    if (node.is_part()) return place_of(*node.operands()[0].node()).slot + part_number(node);
    const auto first = static_cast<std::uint32_t>(program_.operands.size());
    const auto operands = node.operands();
    for (const Operand& operand : operands) {
      program_.operands.push_back(slot_of(operand));
    }
    Ref<Payload> payload;
    if (node.payload() && !node.is_leaf()) {
      payload = node.payload()->without_values();
      if (!payload) payload = Ref<Payload>::share(node.payload());
    }
    const auto slot = static_cast<Slot>(program_.types.size());
    if (node.is_tuple()) {
      std::vector<Type> x;
      for (const Operand& operand : operands) x.push_back(operand.type());
      for (Type& type : compound_of(node.payload()).infer(x)) add_slot(std::move(type));
    } else {
      add_slot(node.type());
    }
    program_.instructions.push_back(
        {&node.primitive(), std::move(payload), first, static_cast<std::uint32_t>(operands.size()),
         slot, static_cast<std::uint32_t>(program_.types.size()) - slot, node.is_cut()});
    if (this_thread.witness) {
      program_.nodes.push_back(Ref<Node>::share(const_cast<Node*>(&node)));
    }
    if (excerpt_.keep && excerpt_.keep->contains(&node.primitive())) keep_value(node);
    return slot;
  }

  /// Who reads the node keeps its value.
  void keep_value(const Node& node) {
    const auto number = static_cast<std::uint32_t>(program_.instructions.size() - 1);
    for (std::size_t i = at(node) + 1; i < places_.size(); ++i) {
      if (!places_[i].node) continue;
      for (const Operand& operand : places_[i].node->operands()) {
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
      const auto before = static_cast<std::uint32_t>(program_.instructions.size());
      program_.readings.push_back(
          {slot_of(guard.tensor), before, guard.left_by, guard.tensor.value});
      ++next_guard_;
    }
  }

  Slot slot_of(const Operand& operand) {
    const Node* node = operand.node();
    if (!node) return add_constant(operand.value());
    return is_made(node) ? place_of(*node).slot : slot_of(operand.tensor());
  }

  Slot slot_of(const Tensor& tensor) {
    const Node* node = tensor.node.pointer();
    if (is_made(node)) return place_of(*node).slot;
    if (!tensor.is_tracked()) return add_constant(tensor.value);
    require_value(tensor.value);
    const auto [found, is_new] = captures_.try_emplace(node, nowhere);
    if (is_new) {
      found->second = add_slot(tensor.type());
      program_.inputs.push_back(found->second);
      captured_.captures.push_back(tensor);
    }
    return found->second;
  }

  Slot add_constant(Array value) {
    require_value(value);
    Number* const number = value.is_scalar() && item_size(value.dtype()) <= sizeof(std::uint64_t)
                               ? &number_of(value)
                               : nullptr;
    if (number && number->slot != nowhere) return number->slot;
    const Slot slot = add_slot({value.dtype(), value.layout_reference(), value.is_weak()});
    program_.constants.emplace_back(slot, std::move(value));
    if (number) number->slot = slot;
    return slot;
  }

  /// The place of a number among those that were added lately; without a slot if it is new there.
  Number& number_of(const Array& value) {
    Number number{.dtype = value.dtype(), .is_weak = value.is_weak()};
    std::memcpy(&number.bits, value.data(), item_size(value.dtype()));
    Number& known = numbers_[number.bits * 0x9e3779b97f4a7c15u >> (64 - number_bits)];
    if (known.bits != number.bits || known.dtype != number.dtype ||
        known.is_weak != number.is_weak) {
      known = number;
    }
    return known;
  }

  void require_value(const Array& value) const {
    if (value.is_abstract() && excerpt_.has_values) refuse_thread();
  }

  const Excerpt& excerpt_;
  Table<Place> places_;
  std::unordered_map<const Node*, Slot> captures_;
  std::array<Number, 1 << number_bits> numbers_;
  std::size_t next_guard_ = 0;
  Program program_;
  Captured captured_;
};

}  // namespace

Captured program_of(const Excerpt& excerpt) { return Flatten(excerpt).run(); }

}  // namespace wg
