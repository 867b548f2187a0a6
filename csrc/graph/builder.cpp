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

}  // namespace wg
