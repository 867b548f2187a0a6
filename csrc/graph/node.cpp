#include "graph/node.h"

#include <algorithm>
#include <new>

#include "core/slabs.h"
#include "core/system_memory.h"

namespace wg {
namespace {

std::uint64_t next_sequence(std::uint64_t last) {
  if (last >= this_thread.claimed_sequence) [[unlikely]]
    last = claim_sequence(last);
  return this_thread.last_sequence = last + 1;
}

// The link of an operand that is no node: 1, then dtype, weakness and kind.
constexpr std::uint64_t constant_link(DType dtype, bool weak, Kept::Kind kind) {
  return 1 | static_cast<std::uint64_t>(dtype) << 1 | static_cast<std::uint64_t>(weak) << 4 |
         static_cast<std::uint64_t>(kind) << 5;
}
constexpr DType link_dtype(std::uint64_t link) { return static_cast<DType>(link >> 1 & 7); }
constexpr bool link_weak(std::uint64_t link) { return link >> 4 & 1; }
constexpr Kept::Kind link_kind(std::uint64_t link) {
  return static_cast<Kept::Kind>(link >> 5 & 3);
}

// What a node operand's slot keeps follows from its node: scalars always, memory if it was asked
// for.
Kept::Kind kept_kind(const Node& node, bool has_bits) {
  if (node.is_scalar() && item_size(node.dtype()) <= 8) return Kept::Kind::scalar;
  return has_bits ? Kept::Kind::block : Kept::Kind::nothing;
}

}  // namespace

Array Operand::value() const {
  if (const Node* n = node()) {
    const auto kind = kept_kind(*n, std::bit_cast<std::uint64_t>(kept_) != 0);
    if (kind == Kept::Kind::nothing) {
      return Array::abstract(n->dtype(), n->type().layout, n->is_weak());
    }
    return kept_.restore(kind, n->dtype(), n->is_weak());
  }
  return kept_.restore(link_kind(link_), link_dtype(link_), link_weak(link_));
}

Type Operand::type() const {
  if (const Node* n = node()) return n->type();
  const Array v = value();
  return {v.dtype(), v.layout_reference(), v.is_weak()};
}

Tensor Operand::tensor() const { return {value(), Ref<Node>::share(node())}; }

inline Node* Node::allocate(const Primitive& primitive, std::size_t arity, const Array& out,
                            Marks marks) {
  auto* node = ::new (slabs::allocate(bytes(arity))) Node;
  node->dtype_ = out.dtype();
  node->is_weak_ = out.is_weak();
  node->is_differentiable_ = marks.is_differentiable;
  node->is_cut_ = marks.is_cut;
  node->is_leaf_ = false;
  node->owns_scope_ = false;
  node->holds_tangent_ = false;
  node->arity_ = static_cast<std::uint16_t>(std::min<std::size_t>(arity, wide));
  if (arity >= wide) {
    auto* first = ::new (static_cast<void*>(node + 1)) Operand;
    first->link_ = arity;
  }
  node->primitive_ = &primitive;
  node->payload_ = nullptr;
  if (out.is_scalar()) {
    node->layout_ = nullptr;
  } else if (out.ndim() == 0) {  // abstract: a number without its value
    node->layout_ = Ref<Layout>::share(const_cast<Layout*>(&Layout::scalar())).detach();
  } else if (out.is_dense()) {
    node->layout_ = out.layout_reference().detach();
  } else {
    node->layout_ = Layout::dense(out.shape()).detach();
  }
  return node;
}

std::uint64_t Node::link(Operand& slot, const Tensor& operand, bool with_memory) {
  if (operand.is_tracked()) {
    Node* from = operand.node.pointer();
    from->retain();
    slot.link_ = std::bit_cast<std::uint64_t>(from);
    if (with_memory || operand.value.is_scalar()) {
      if (slot.kept_.keep(operand.value, with_memory) == Kept::Kind::layout) {
        slot.kept_.clear(Kept::Kind::layout);
        slot.kept_ = Kept();
      }
    }
    return from->sequence_;
  }
  const auto kind = slot.kept_.keep(operand.value, with_memory);
  slot.link_ = constant_link(operand.dtype(), operand.value.is_weak(), kind);
  return 0;
}

Ref<Node> Node::make(const Primitive& primitive, Ref<Payload> payload,
                     std::span<const Tensor* const> operands, const Array& out, unsigned keep,
                     Scope& scope, Marks marks) {
  Node* node = allocate(primitive, operands.size(), out, marks);
  node->payload_ = payload.detach();
  node->scope_ = &scope;
  node->output_kind_ = node->output_.keep(out, keep & keep_output);
  std::uint64_t last = this_thread.last_sequence, depth = 0;
  Operand* const slots = node->slots();
  for (std::size_t i = 0; i < operands.size(); ++i) {
    Operand& slot = *::new (&slots[i]) Operand;
    const std::uint64_t own = link(slot, *operands[i], keep >> std::min<std::size_t>(i, 30) & 1);
    last = std::max(last, own & last_sequence);
    depth = std::max(depth, own >> sequence_bits);
  }
  node->sequence_ = next_sequence(last) | depth << sequence_bits;
  return Ref<Node>::adopt(node);
}

template <bool in_trace>
Node* Node::make_scalar_as(const Primitive& primitive, std::span<const Tensor* const> operands,
                           const Array& out, Scope& scope, Marks marks) {
  auto* node = ::new (slabs::allocate(sizeof(Node) + operands.size() * sizeof(Operand))) Node;
  auto* const slots = reinterpret_cast<Operand*>(node + 1);  // few
  node->dtype_ = out.dtype();
  node->is_weak_ = out.is_weak();
  node->is_cut_ = in_trace && marks.is_cut;
  node->is_leaf_ = false;
  node->owns_scope_ = false;
  node->holds_tangent_ = false;
  node->output_kind_ = Kept::Kind::scalar;
  node->arity_ = static_cast<std::uint16_t>(operands.size());
  node->primitive_ = &primitive;
  node->scope_ = &scope;
  node->layout_ = nullptr;
  node->payload_ = nullptr;
  node->output_.keep_scalar(out);
  bool is_differentiable = !in_trace;
  std::uint64_t last = this_thread.last_sequence, depth = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Tensor& operand = *operands[i];
    Operand& slot = *::new (&slots[i]) Operand;
    slot.kept_.keep_scalar(operand.value);
    if (operand.is_tracked()) {
      Node* from = operand.node.pointer();
      from->retain();
      slot.link_ = std::bit_cast<std::uint64_t>(from);
      // Outside of traces the number has no depth.
      last = std::max(last, in_trace ? from->sequence() : from->sequence_);
      if (in_trace) {
        depth = std::max(depth, from->sequence_ >> sequence_bits);
        is_differentiable |= from->is_differentiable_;
      }
    } else {
      slot.link_ = constant_link(operand.dtype(), operand.value.is_weak(), Kept::Kind::scalar);
    }
  }
  node->is_differentiable_ = in_trace ? is_differentiable && marks.is_differentiable : true;
  node->sequence_ = next_sequence(last) | depth << sequence_bits;
  return node;
}

Ref<Node> Node::make_scalar(const Primitive& primitive, std::span<const Tensor* const> operands,
                            const Array& out, Scope& scope) {
  return Ref<Node>::adopt(make_scalar_as<false>(primitive, operands, out, scope, {}));
}

Ref<Node> Node::make_traced_scalar(const Primitive& primitive,
                                   std::span<const Tensor* const> operands, const Array& out,
                                   Scope& scope, Marks marks) {
  return Ref<Node>::adopt(make_scalar_as<true>(primitive, operands, out, scope, marks));
}

Ref<Node> Node::make_tuple(const Primitive& primitive, Ref<Payload> payload,
                           std::span<const Tensor* const> operands, unsigned keep, Scope& scope,
                           Marks marks) {
  return make(primitive, std::move(payload), operands, Array::scalar(0.0), keep & ~keep_output,
              scope, marks);
}

Ref<Node> Node::make_part(const Primitive& part, Ref<Payload> payload, Ref<Node> tuple,
                          const Array& out, Marks marks) {
  Scope& scope = tuple->scope();
  const Tensor whole(Array::scalar(0.0), std::move(tuple));
  const Tensor* operand = &whole;
  return make(part, std::move(payload), std::span(&operand, 1), out, 0, scope, marks);
}

Ref<Node> Node::make_leaf(const Primitive& identity, const Tensor& value, Ref<Scope> scope,
                          Ref<Payload> payload, LeafMarks marks) {
  const bool is_outer_older = value.is_tracked() && value.node->scope().is_older_than(*scope);
  const Tensor* operand = &value;
  // A graph that is evaluated again needs what comes from outside, also where only leaves read it.
  const unsigned keep = this_thread.trace ? ~keep_output : 0;
  auto leaf = make(identity, std::move(payload), std::span(&operand, 1), value.value, keep,
                   is_outer_older ? value.node->scope() : *scope,
                   {marks.is_differentiable && is_inexact(value.dtype())});
  leaf->is_leaf_ = true;
  leaf->owns_scope_ = !is_outer_older;
  leaf->holds_tangent_ = marks.holds_tangent;
  if (marks.trace_depth > 0) {
    leaf->sequence_ = leaf->sequence() | std::uint64_t{marks.trace_depth} << sequence_bits;
  }
  if (!is_outer_older) scope.detach();
  return leaf;
}

Array Node::output() const {
  if (output_kind_ == Kept::Kind::nothing) return Array::abstract(dtype_, nullptr, is_weak_);
  return output_.restore(output_kind_, dtype_, is_weak_);
}

// A loop, not a recursion: a chain of nodes may be of any length. A node that waits for its turn is
// linked through the number that nobody needs any more.
void Node::destroy(Node* node) noexcept {
  Node* pending = node;
  node->sequence_ = 0;
  std::size_t destroyed = 0;
  for (; pending; ++destroyed) {
    Node* const dying = pending;
    pending = std::bit_cast<Node*>(dying->sequence_);
    const std::size_t arity = dying->operands().size();
    Operand* const slots = dying->slots();
    for (std::size_t i = 0; i < arity; ++i) {
      Operand& slot = slots[i];
      if (Node* from = slot.node()) {
        slot.kept_.clear(kept_kind(*from, std::bit_cast<std::uint64_t>(slot.kept_) != 0));
        if (from->drop()) {
          from->sequence_ = std::bit_cast<std::uint64_t>(pending);
          pending = from;
        }
      } else {
        slot.kept_.clear(link_kind(slot.link_));
      }
    }
    dying->output_.clear(dying->output_kind_);
    if (dying->layout_) Layout::release(dying->layout_);
    if (dying->payload_) Payload::release(dying->payload_);
    if (dying->owns_scope_) Scope::release(dying->scope_);
    const std::size_t size = bytes(arity);
    dying->~Node();
    slabs::release(dying, size);
  }
  if (destroyed > 64) system_memory::trim();
}

}  // namespace wg
