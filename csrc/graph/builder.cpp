#include "graph/primitive.h"

namespace wg {

Tensor Evaluate::apply(const Primitive& primitive, Ref<Payload> payload,
                       std::span<Tensor> operands) {
  return primitive.evaluate(payload.pointer(), operands);
}

Tensor Eager::apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  // Operands whose memory evaluate() takes over keep their types, all that their rules then read.
  Array out = primitive.evaluate(payload.pointer(), operands);
  return record(primitive, std::move(payload), operands, std::move(out));
}

Tensor record(const Primitive& primitive, Ref<Payload> payload, std::span<const Tensor> operands,
              Array out) {
  Scope* oldest = nullptr;
  unsigned keep = 0;
  if (primitive.is_differentiable && recording.untracked_depth == 0) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (!operands[i].is_tracked()) continue;
      Scope& scope = operands[i].node->scope();
      if (!oldest || scope.is_older_than(*oldest)) oldest = &scope;
      keep |= primitive.reads_for(static_cast<int>(i));
    }
  }
  if (!oldest) return out;
  auto node = Node::make(primitive, std::move(payload), operands, out, keep, *oldest);
  return {std::move(out), std::move(node)};
}

bool apply_to_scalars(const Primitive& primitive, std::span<const Tensor* const> operands,
                      Tensor& out) {
  const Elementwise* formula = primitive.elementwise;
  if (!formula || formula->is_predicate) return false;
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
  if (!is_float) return false;
  double result;
  formula->scalar[index(DType::float64)].scalar(elements, reinterpret_cast<std::byte*>(&result));
  out.value = Array::scalar(result, is_weak);
  if (oldest && primitive.is_differentiable && recording.untracked_depth == 0) {
    out.node = Node::make_scalar(primitive, operands, out.value, *oldest);
  }
  return true;
}

}  // namespace wg
