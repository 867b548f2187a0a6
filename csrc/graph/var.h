/// A value in the language of rules; applying a primitive to it asks its builder.
#pragma once

#include <span>
#include <vector>

#include "graph/node.h"

namespace wg {

struct Primitive;
class Builder;

struct Var {
  Builder* builder = nullptr;
  Tensor tensor;

  explicit operator bool() const { return builder != nullptr; }
  const Array& value() const { return tensor.value; }
  DType dtype() const { return tensor.value.dtype(); }
  /// Of one example, if this is a batch of them.
  std::span<const std::int64_t> shape() const {
    return tensor.value.shape().subspan(is_batched() ? 1 : 0);
  }
  int ndim() const { return tensor.value.ndim() - is_batched(); }
  std::int64_t size() const { return is_batched() ? element_count(shape()) : tensor.value.size(); }
  bool is_batched() const { return tensor.is_batched(); }
};

/// What a rule adds to the cotangent of an operand: a value, or a value at an index.
struct Contribution {
  Var value;                      // undefined: nothing is added
  const Primitive* at = nullptr;  // the primitive that adds `value` to a part of its first operand
  Ref<Payload> payload;           // its parameters
  std::vector<Var> index;         // and its index operands

  Contribution() = default;
  Contribution(Var v) : value(std::move(v)) {}
  Contribution& operator=(Var v) {
    value = std::move(v);
    return *this;
  }
};

/// Which operands of an operation a derivative is asked for.
class Wanted {
 public:
  explicit Wanted(std::span<const bool> operands) : operands_(operands) {}
  bool operator[](std::size_t operand) const { return operands_[operand]; }

 private:
  std::span<const bool> operands_;
};

/// Whether what is applied is recorded: never, where it depends on something tracked, or always and
/// without being evaluated. Then a trace is open, and values are abstract.
enum class Policy : std::uint8_t { evaluate, eager, record_only };

/// Receives the primitives that rules apply: evaluates, records, or both.
class Builder {
 public:
  virtual ~Builder() = default;
  /// Operands are taken over: memory that nobody else holds may be reused.
  virtual Tensor apply(const Primitive& primitive, Ref<Payload> payload,
                       std::span<Tensor> operands) = 0;
  /// The same of an operation that is a Compound: all of its results.
  virtual std::vector<Tensor> apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                             std::span<Tensor> operands) = 0;
  virtual Policy policy() const = 0;
  /// Whether what is applied may be differentiated later.
  bool records() const { return policy() != Policy::evaluate; }

  Var var(Tensor tensor) { return {this, std::move(tensor)}; }
  Var constant(Array value) { return {this, Tensor(std::move(value))}; }
};

/// Evaluates and forgets.
class Evaluate final : public Builder {
 public:
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
  std::vector<Tensor> apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                     std::span<Tensor> operands) override;
  Policy policy() const override { return Policy::evaluate; }
};

/// Evaluates, and records where an operand is tracked.
class Eager final : public Builder {
 public:
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
  std::vector<Tensor> apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                     std::span<Tensor> operands) override;
  Policy policy() const override { return Policy::eager; }
};

/// Records in an open trace, and evaluates nothing that depends on its leaves: their values are
/// abstract, and so are those of all that is made of them.
class RecordOnly final : public Builder {
 public:
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
  std::vector<Tensor> apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                     std::span<Tensor> operands) override;
  Policy policy() const override { return Policy::record_only; }
};

/// Evaluates for all examples of a batch at once, by each primitive's batch rule: operands that are
/// batched have the batch axis in front. What no operand of is batched goes to the other builder,
/// and so do the primitives that the rules apply.
class Batch final : public Builder {
 public:
  explicit Batch(Builder& examples) : examples_(examples) {}
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
  std::vector<Tensor> apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                     std::span<Tensor> operands) override;
  Policy policy() const override { return examples_.policy(); }

 private:
  Builder& examples_;
};

/// The jvp rule of an operation y of x, applied through a builder. Undefined tangents do not move;
/// tangents are taken over.
Tensor tangent_by_rule(const Primitive& primitive, const Payload* payload,
                       std::span<const Tensor> x, const Tensor& y, std::span<Tensor> tangents,
                       Builder& builder);

/// Eager application of a formula to operands that others hold: nothing is copied or taken over.
Tensor apply_shared(const Primitive& primitive, std::span<const Tensor* const> operands);

/// Records a node over operands that were evaluated to the value of `out`, if one of them is
/// tracked. Operands that are given away may hold the last reference to what moves with them.
void record(const Primitive& primitive, Ref<Payload> payload,
            std::span<const Tensor* const> operands, Tensor& out, bool are_given = false);
Tensor record(const Primitive& primitive, Ref<Payload> payload,
              std::span<const Tensor* const> operands, Array out);

}  // namespace wg
