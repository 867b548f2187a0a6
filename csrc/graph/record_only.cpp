#include "graph/compound.h"

namespace wg {
namespace {

std::vector<Type> types_of(std::span<const Tensor> operands) {
  std::vector<Type> types;
  for (const Tensor& operand : operands) types.push_back(operand.type());
  return types;
}

/// It depends on no leaf, and is evaluated.
bool is_constant(std::span<const Tensor> operands) {
  for (const Tensor& operand : operands) {
    if (operand.value.is_abstract()) return false;
  }
  return true;
}

Array abstract(const Type& type) { return Array::abstract(type.dtype, type.layout, type.is_weak); }

}  // namespace

Tensor RecordOnly::apply(const Primitive& primitive, Ref<Payload> payload,
                         std::span<Tensor> operands) {
  if (is_constant(operands)) return Evaluate().apply(primitive, std::move(payload), operands);
  const Type type = primitive.infer(payload.pointer(), types_of(operands));
  return record(primitive, std::move(payload), pointers_to(operands), abstract(type));
}

std::vector<Tensor> RecordOnly::apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                               std::span<Tensor> operands) {
  if (is_constant(operands)) {
    return Evaluate().apply_compound(primitive, std::move(payload), operands);
  }
  std::vector<Array> results;
  for (const Type& type : compound_of(payload.pointer()).infer(types_of(operands))) {
    results.push_back(abstract(type));
  }
  return record_compound(primitive, std::move(payload), pointers_to(operands), std::move(results));
}

}  // namespace wg
