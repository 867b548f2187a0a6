/// Somebody who watches what this thread evaluates, records and differentiates, to tell a person.
#pragma once

#include <memory>
#include <span>

#include "graph/node.h"

namespace wg {

/// What the derivative of one operation gave: a contribution to the cotangent of an operand, the
/// sum of such, or the tangent of the output.
struct Derived {
  enum class What : std::uint8_t { contribution, sum, tangent };

  What what;
  const Primitive& primitive;
  const Node* node;                         // null: the operation is being applied now
  std::span<const Tensor* const> operands;  // of such an operation
  std::span<const Tensor> incoming;         // cotangents or tangents; some may be undefined
  const Tensor& out;
};

/// The thread's ThreadState points to the innermost. Whatever a witness throws ends the operation.
class Witness {
 public:
  virtual ~Witness() = default;
  /// An operation gave `out`. Rules at work are not told of: what they give is, as Derived.
  virtual void evaluated(const Primitive& primitive, std::span<const Tensor* const> operands,
                         const Array& out) = 0;
  virtual void recorded(const Node& node, std::span<const Tensor* const> operands,
                        const Array& out) = 0;
  virtual void derived(const Derived& derived) = 0;
  /// Whether derivatives are to go by the rules of their operations, not through fused kernels.
  virtual bool follows_rules() const = 0;
  /// Rules at work are about to apply this.
  virtual void applying(const Primitive& primitive, std::span<const Tensor> operands) = 0;
  /// The reverse sweep has come to this node, and its cotangent is complete.
  virtual void reached(const Node& node, const Tensor& ct) = 0;
  /// Who is the innermost instead, while it lives and a program is made of another one: there all
  /// values are abstract, and only lines are to be known.
  virtual std::unique_ptr<Witness> of_derivation() const = 0;
};

inline bool follows_rules() { return this_thread.witness && this_thread.witness->follows_rules(); }

/// While one of these lives, what is applied belongs to the rules of an operation, and stands where
/// that stands.
class RulesAtWork {
 public:
  RulesAtWork(const Primitive& of, const Node* made)
      : primitive(of), node(made), outer_(std::exchange(this_thread.rules, this)) {}
  RulesAtWork(const RulesAtWork&) = delete;
  RulesAtWork& operator=(const RulesAtWork&) = delete;
  ~RulesAtWork() { this_thread.rules = outer_; }

  const Primitive& primitive;
  const Node* const node;  // null: the operation is being applied now

 private:
  const RulesAtWork* const outer_;
};

/// While one of these lives, what is applied belongs to nobody's rules: a user's function runs.
class UserAtWork {
 public:
  UserAtWork() : rules_(std::exchange(this_thread.rules, nullptr)) {}
  UserAtWork(const UserAtWork&) = delete;
  UserAtWork& operator=(const UserAtWork&) = delete;
  ~UserAtWork() { this_thread.rules = rules_; }

 private:
  const RulesAtWork* const rules_;
};

}  // namespace wg
