/// One application of a primitive: what it was, what it was given, what its rules will read.
#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "graph/payload.h"
#include "graph/scope.h"
#include "graph/type.h"

namespace wg {

struct Primitive;
class Departures;
class RulesAtWork;
class Trace;
class Witness;
class Node;

/// A value: an array and, if it was recorded, the node that made it.
struct Tensor {
  Array value;
  Ref<Node> node;

  Tensor() = default;
  Tensor(Array array) : value(std::move(array)) {}
  Tensor(Array array, Ref<Node> made_by) : value(std::move(array)), node(std::move(made_by)) {}

  DType dtype() const { return value.dtype(); }
  bool is_tracked() const;
  /// Tracked, and a derivative may reach it.
  bool is_differentiated() const;
  /// The first axis is a batch's, and rules do not see it. Set by the batch builder, and seen by
  /// nothing outside of a sweep.
  bool is_batched() const { return value.has_mark(); }
  void set_batched(bool batched) { value.set_mark(batched); }
  Type type() const { return {value.dtype(), value.layout_reference(), value.is_weak()}; }
  /// Itself, but without a node that no open transform wants.
  Tensor let_go() && { return is_tracked() ? std::move(*this) : Tensor(std::move(value)); }
};

/// Eight bytes that hold a scalar, or share an array's memory or its layout.
class Kept {
 public:
  enum class Kind : std::uint8_t { nothing, scalar, block, layout };

  Kind keep(const Array& value, bool with_memory);
  /// A scalar of at most eight bytes.
  void keep_scalar(const Array& value) { std::memcpy(&bits_, value.data(), sizeof bits_); }
  Array restore(Kind kind, DType dtype, bool weak) const;
  void clear(Kind kind) noexcept {
    if (bits_ == 0) return;
    if (kind == Kind::block) Block::release(std::bit_cast<Block*>(bits_));
    if (kind == Kind::layout) Layout::release(std::bit_cast<Layout*>(bits_));
  }
  const std::byte* scalar() const { return reinterpret_cast<const std::byte*>(&bits_); }

 private:
  std::uint64_t bits_ = 0;
};

/// A node, or a value that was not tracked.
class Operand {
 public:
  Node* node() const { return link_ & 1 ? nullptr : std::bit_cast<Node*>(link_); }
  Type type() const;
  DType dtype() const;
  /// The value, or its type alone if no rule reads it.
  Array value() const;
  Tensor tensor() const;
  const std::byte* scalar() const { return kept_.scalar(); }
  bool holds_scalar() const;

 private:
  friend class Node;
  std::size_t count() const { return static_cast<std::size_t>(link_); }
  // A node's address, or (dtype, weak, kind of what is kept) and a set lowest bit.
  std::uint64_t link_ = 1;
  Kept kept_;
};

/// What a derivative may do with a node.
struct Marks {
  bool is_differentiable = true;
  bool is_cut = false;
};

/// What a leaf is beside a node over its value.
struct LeafMarks {
  bool is_differentiable = true;  // if its dtype is
  bool holds_tangent = false;     // its payload is a LeafCell with one
  unsigned trace_depth = 0;       // of the trace that it is bound to
};

/// Nodes are immutable once made. A scalar operation takes 88 bytes.
class Node : public Counted {
 public:
  /// `keep`: bit i for the value of operand i, bit 31 for the output.
  static Ref<Node> make(const Primitive& primitive, Ref<Payload> payload,
                        std::span<const Tensor* const> operands, const Array& out, unsigned keep,
                        Scope& scope, Marks marks);
  /// The same for scalars of at most eight bytes, without asking what is kept: all of it is.
  static Ref<Node> make_scalar(const Primitive& primitive, std::span<const Tensor* const> operands,
                               const Array& out, Scope& scope);
  /// The same while a trace is open; differentiable if an operand is and the marks allow it.
  static Ref<Node> make_traced_scalar(const Primitive& primitive,
                                      std::span<const Tensor* const> operands, const Array& out,
                                      Scope& scope, Marks marks);
  /// A fresh leaf over `value`. If that is tracked by an older transform, so is the leaf; otherwise
  /// the leaf keeps `scope` alive for all that will depend on it.
  static Ref<Node> make_leaf(const Primitive& identity, const Tensor& value, Ref<Scope> scope,
                             Ref<Payload> payload = nullptr, LeafMarks marks = {});
  /// A node of several results, which have no output of their own.
  static Ref<Node> make_tuple(const Primitive& primitive, Ref<Payload> payload,
                              std::span<const Tensor* const> operands, unsigned keep, Scope& scope,
                              Marks marks);
  /// One of the results.
  static Ref<Node> make_part(const Primitive& part, Ref<Payload> payload, Ref<Node> tuple,
                             const Array& out, Marks marks);
  static void release(Node* node) noexcept {
    if (node->drop()) destroy(node);
  }
  // A number would last for decades of recording, so its upper bits have the depth of traces.
  static constexpr int sequence_bits = 56;
  static constexpr std::uint64_t last_sequence = (std::uint64_t{1} << sequence_bits) - 1;
  static constexpr unsigned deepest_trace = 255;
  static constexpr unsigned keep_output = 1u << 31;

  const Primitive& primitive() const { return *primitive_; }
  Payload* payload() const { return payload_; }
  Scope& scope() const { return *scope_; }
  bool is_tracked() const { return scope_->is_open(); }
  bool is_differentiable() const { return is_differentiable_; }
  /// Recorded under no_grad, or by what ends derivatives: none will pass it, whatever its operands
  /// stand for later.
  bool is_cut() const { return is_cut_; }
  /// Of the innermost trace on whose leaves it depends (graph/trace.h); 0 if it depends on none.
  unsigned trace_depth() const { return static_cast<unsigned>(sequence_ >> sequence_bits); }
  bool is_bound() const { return trace_depth() > 0; }
  bool is_leaf() const { return is_leaf_; }
  /// Stands for several results, each of which is the output of a part (graph/compound.h).
  bool is_tuple() const;
  bool is_part() const;
  /// A leaf whose payload is a LeafCell with a tangent.
  bool holds_tangent() const { return holds_tangent_; }
  /// Nothing but what depends on this leaf's transform has its scope.
  bool owns_scope() const { return owns_scope_ && scope_ != &Scope::always(); }
  std::uint64_t sequence() const { return sequence_ & last_sequence; }
  DType dtype() const { return dtype_; }
  bool is_weak() const { return is_weak_; }
  bool is_scalar() const { return layout_ == nullptr; }
  Type type() const { return {dtype_, Ref<Layout>::share(layout_), is_weak_}; }
  const Layout& layout() const { return layout_ ? *layout_ : Layout::scalar(); }
  int arity() const { return static_cast<int>(operands().size()); }
  std::span<const Operand> operands() const {
    const auto* slots = reinterpret_cast<const Operand*>(this + 1);
    if (arity_ != wide) [[likely]]
      return {slots, arity_};
    return {slots + 1, slots->count()};
  }
  /// The output, or its type alone if no rule reads it.
  Array output() const;
  const std::byte* scalar_output() const { return output_.scalar(); }

 private:
  Node() = default;
  static Node* allocate(const Primitive& primitive, std::size_t arity, const Array& out,
                        Marks marks);
  template <bool in_trace>
  static Node* make_scalar_as(const Primitive& primitive, std::span<const Tensor* const> operands,
                              const Array& out, Scope& scope, Marks marks);
  static void destroy(Node* node) noexcept;
  // So many operands or more: the first slot holds their number.
  static constexpr std::uint16_t wide = UINT16_MAX;
  static std::size_t bytes(std::size_t arity) {
    return sizeof(Node) + (arity + (arity >= wide)) * sizeof(Operand);
  }
  Operand* slots() { return reinterpret_cast<Operand*>(this + 1) + (arity_ == wide); }
  static std::uint64_t link(Operand& slot, const Tensor& operand, bool with_memory);

  DType dtype_;
  bool is_weak_ : 1;
  bool is_differentiable_ : 1;
  bool is_cut_ : 1;
  bool is_leaf_ : 1;
  bool owns_scope_ : 1;
  bool holds_tangent_ : 1;
  Kept::Kind output_kind_ : 2;
  std::uint16_t arity_;
  const Primitive* primitive_;
  std::uint64_t sequence_;  // below the depth of the trace
  Scope* scope_;            // owned by a leaf, which other nodes reach through their operands
  Layout* layout_;
  Payload* payload_;
  Kept output_;
};

static_assert(sizeof(Operand) == 16 && sizeof(Node) == 56);

inline DType Operand::dtype() const {
  return link_ & 1 ? static_cast<DType>(link_ >> 1 & 7) : node()->dtype();
}

inline bool Operand::holds_scalar() const {
  if (link_ & 1) return static_cast<Kept::Kind>(link_ >> 5 & 3) == Kept::Kind::scalar;
  return node()->is_scalar() && item_size(node()->dtype()) <= 8;
}

inline bool Tensor::is_tracked() const { return node && node->is_tracked(); }
inline bool Tensor::is_differentiated() const { return is_tracked() && node->is_differentiable(); }

/// What this thread is doing while functions are recorded.
struct ThreadState {
  std::uint64_t last_sequence = 0;
  // No node of this thread has a larger number, and other threads have seen that none will have.
  std::uint64_t claimed_sequence = 0;
  std::uint64_t others_sequence = 0;  // what others had claimed when this thread claimed more
  int untracked_depth = 0;            // how many Untracked live (graph/untracked.h)
  std::uint64_t blocks_aside = 0;     // blocks up to this number do not count: a transform began
  // The innermost trace. While there is one, operations that no derivative passes are recorded
  // too, and nodes keep their operands whole.
  Trace* trace = nullptr;
  int linked_depth = 0;  // open blocks in which what moves stays linked to what it was made of
  // The first leaf of the innermost open transform, if that pushes tangents.
  const Node* moving_leaf = nullptr;
  Departures* departures = nullptr;    // of the innermost open transform (graph/departures.h)
  Witness* witness = nullptr;          // who watches (graph/witness.h)
  const RulesAtWork* rules = nullptr;  // the innermost operation whose rules are at work
};
extern thread_local constinit ThreadState this_thread;

/// A number that no node has passed that was made so far, in whatever thread; those that this
/// thread makes from now on do.
std::uint64_t sequence_of_now();
/// A number from which on this thread may count, beyond `number` and all that others count in.
std::uint64_t claim_sequence(std::uint64_t number);

}  // namespace wg
