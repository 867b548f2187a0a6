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
  std::span<const std::int64_t> shape() const { return tensor.value.shape(); }
  int ndim() const { return tensor.value.ndim(); }
  std::int64_t size() const { return tensor.value.size(); }
};

/// What a rule adds to the cotangent of an operand: a value, or a value at an index.
struct Contribution {
  Var value;                      // undefined: nothing is added
  const Primitive* at = nullptr;  // the primitive that adds `value` to a part of its first operand
  Ref<Payload> payload;           // its parameters
  std::vector<Var> index;         // and its index operands

  Contribution() = default;
  Contribution(Var v) : value(std::move(v)) {}
};

/// Receives the primitives that rules apply: evaluates, records, or both.
class Builder {
 public:
  virtual ~Builder() = default;
  /// Operands are taken over: memory that nobody else holds may be reused.
  virtual Tensor apply(const Primitive& primitive, Ref<Payload> payload,
                       std::span<Tensor> operands) = 0;

  Var var(Tensor tensor) { return {this, std::move(tensor)}; }
  Var constant(Array value) { return {this, Tensor(std::move(value))}; }
};

/// Evaluates and forgets.
class Evaluate final : public Builder {
 public:
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
};

/// Evaluates, and records where an operand is tracked.
class Eager final : public Builder {
 public:
  Tensor apply(const Primitive& primitive, Ref<Payload> payload,
               std::span<Tensor> operands) override;
};

/// Eager application of a formula to operands that others hold: nothing is copied or taken over.
Tensor apply_shared(const Primitive& primitive, std::span<const Tensor* const> operands);

/// Records a node over operands that were evaluated to `out`, if one of them is tracked.
Tensor record(const Primitive& primitive, Ref<Payload> payload,
              std::span<const Tensor* const> operands, Array out);

}  // namespace wg
