#include <memory>

#include "core/error.h"
#include "graph/primitive.h"
#include "graph/push.h"
#include "graph/recording.h"
#include "graph/witness.h"

namespace wg {
namespace {

void tell(const Primitive& primitive, std::span<const Tensor* const> operands, const Array& out) {
  if (!recording.witness || recording.rules) [[likely]]
    return;
  recording.witness->evaluated(primitive, operands, out);
}

/// These values are why: who catches the error has read them.
void failed_at(std::span<const Tensor> operands) {
  for (const Tensor& operand : operands) observe(operand);
}

}  // namespace

Tensor Evaluate::apply(const Primitive& primitive, Ref<Payload> payload,
                       std::span<Tensor> operands) {
  return primitive.evaluate(payload.pointer(), operands);
}

Tensor Eager::apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  // Operands whose memory evaluate() takes over keep their types, all that their rules then read.
  // Where the graph is evaluated again, or somebody watches, they are held against that.
  std::vector<Tensor> held;
  const bool is_held = recording.open || recording.witness;
  if (is_held) held.assign(operands.begin(), operands.end());
  Array out;
  try {
    out = primitive.evaluate(payload.pointer(), operands);
  } catch (const IndexRangeError&) {
    failed_at(held);
    throw;
  } catch (const OperandValueError&) {
    failed_at(held);
    throw;
  }
  const std::span<const Tensor> given = is_held ? std::span<const Tensor>(held) : operands;
  constexpr std::size_t few = 8;
  const Tensor* pointers[few];
  std::vector<const Tensor*> many;
  if (given.size() > few) many.resize(given.size());
  const Tensor** all = given.size() > few ? many.data() : pointers;
  for (std::size_t i = 0; i < given.size(); ++i) all[i] = &given[i];
  tell(primitive, std::span(all, given.size()), out);
  return record(primitive, std::move(payload), std::span(all, given.size()), std::move(out));
}

Tensor Batch::apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  std::vector<Var> x;
  const auto flags = std::make_unique<bool[]>(operands.size());
  bool is_any = false;
  for (const Tensor& operand : operands) is_any |= operand.value.is_batched();
  if (!is_any) return examples_.apply(primitive, std::move(payload), operands);
  for (Tensor& operand : operands) {
    flags[x.size()] = operand.value.is_batched();
    operand.value.set_batched(false);
    x.push_back(examples_.var(std::move(operand)));
  }
  if (!primitive.batch) {
    fail<RuleError>(primitive.name, ": has no rule for a batch of examples");
  }
  const std::span is_batched(flags.get(), operands.size());
  Tensor out = primitive.batch(payload.pointer(), x, is_batched).tensor;
  out.value.set_batched(true);
  return out;
}

Tensor tangent_by_rule(const Primitive& primitive, const Payload* payload,
                       std::span<const Tensor> x, const Tensor& y, std::span<Tensor> tangents,
                       Builder& builder) {
  std::vector<Var> operands, moving(tangents.size());
  operands.reserve(x.size());
  for (const Tensor& operand : x) operands.push_back(builder.var(operand));
  for (std::size_t k = 0; k < tangents.size(); ++k) {
    if (tangents[k].value.is_defined()) moving[k] = builder.var(std::move(tangents[k]));
  }
  return primitive.jvp(payload, operands, builder.var(y), moving).tensor;
}

Tensor record(const Primitive& primitive, Ref<Payload> payload,
              std::span<const Tensor* const> operands, Array out) {
  const bool passes =
      primitive.is_differentiable && is_inexact(out.dtype()) && recording.untracked_depth == 0;
  if (!passes && !recording.open) return out;
  Scope* oldest = nullptr;
  unsigned keep = 0;
  bool is_differentiable = false;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i]->is_tracked()) continue;
    const Node& node = *operands[i]->node;
    if (!oldest || node.scope().is_older_than(*oldest)) oldest = &node.scope();
    is_differentiable |= node.is_differentiable();
    keep |= primitive.reads_for(static_cast<int>(i));
  }
  if (!oldest) return out;
  if (oldest->pushes() && !recording.open && recording.linked_depth == 0) {
    Tensor result;
    if (push(primitive, payload, operands, out, result)) return result;
  }
  if (recording.open) keep |= ~Node::keep_output;
  auto node = Node::make(primitive, std::move(payload), operands, out, keep, *oldest,
                         passes && is_differentiable);
  if (recording.witness) recording.witness->recorded(*node, operands, out);
  return {std::move(out), std::move(node)};
}

namespace {

/// The quick way for formulas of float64 scalars. False if this is no such case, or if somebody
/// watches.
bool apply_to_scalars(const Primitive& primitive, std::span<const Tensor* const> operands,
                      Tensor& out) {
  const Elementwise* formula = primitive.elementwise;
  if (!formula || (formula->is_predicate | (recording.witness != nullptr))) return false;
  const std::byte* elements[2];
  double converted[2];  // a Python integer beside floating-point numbers
  bool is_weak = formula->keeps_weak, is_float = false;
  Scope* oldest = nullptr;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Array& value = operands[i]->value;
    if (!value.is_scalar()) return false;
    if (value.dtype() == DType::float64) {
      elements[i] = value.data();
      is_float = true;
    } else if (value.dtype() == DType::int64 && value.is_weak() && !operands[i]->node) {
      converted[i] = static_cast<double>(value.item<std::int64_t>());
      elements[i] = reinterpret_cast<const std::byte*>(&converted[i]);
    } else {
      return false;
    }
    is_weak &= value.is_weak();
    if (const Node* node = operands[i]->node.pointer(); node && node->is_tracked()) {
      if (!oldest || node->scope().is_older_than(*oldest)) oldest = &node->scope();
    }
  }
  const auto evaluate = formula->scalar[index(DType::float64)].scalar;
  if (!is_float || !evaluate) return false;
  double result;
  evaluate(elements, reinterpret_cast<std::byte*>(&result));
  out.value = Array::scalar(result, is_weak);
  if (oldest && (recording.open || oldest->pushes())) {
    const bool passes = primitive.is_differentiable && recording.untracked_depth == 0;
    const bool links = recording.open || recording.linked_depth > 0;
    if (links || (passes && !push_scalar(primitive, operands, elements, *oldest, out))) {
      out = record(primitive, nullptr, operands, std::move(out.value));
    }
  } else if (oldest && primitive.is_differentiable && recording.untracked_depth == 0) {
    out.node = Node::make_scalar(primitive, operands, out.value, *oldest);
  }
  return true;
}

}  // namespace

Tensor apply_shared(const Primitive& primitive, std::span<const Tensor* const> operands) {
  Tensor out;
  if (apply_to_scalars(primitive, operands, out)) return out;
  Array value;
  try {
    value = primitive.elementwise->evaluate(primitive, operands);
  } catch (const OperandValueError&) {
    for (const Tensor* operand : operands) observe(*operand);
    throw;
  }
  tell(primitive, operands, value);
  return record(primitive, nullptr, operands, std::move(value));
}

}  // namespace wg
