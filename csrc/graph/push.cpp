#include "graph/push.h"

#include "graph/leaf_cell.h"
#include "graph/witness.h"

namespace wg {
namespace {

/// Operands one level further out, with the tangents that they have at the innermost level.
struct Level {
  std::vector<Tensor, memory::Allocator<Tensor>> x, tangents;
  Scope* scope = nullptr;  // of the youngest open transform that an operand moves in
  const Primitive* identity = nullptr;
  bool is_recorded = false;  // something is tracked further out

  /// False if an operand is tracked but does not move.
  bool enter(std::span<const Tensor* const> operands) {
    for (const Tensor* operand : operands) {
      Tensor& own = x.emplace_back(*operand);
      leave_closed(own);
      if (!own.node) continue;
      if (!own.node->holds_tangent()) return false;
      Scope& moving = *cell_of(*own.node).scope;
      if (!scope || scope->is_older_than(moving)) scope = &moving;
      identity = &own.node->primitive();
    }
    tangents.resize(x.size());
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!x[k].node) continue;
      if (moves_within(*x[k].node, scope)) {
        tangents[k] = cell_of(*x[k].node).tangent;
        is_recorded |= tangents[k].is_tracked();
        x[k].node = Ref<Node>::share(x[k].node->operands()[0].node());
      }
      is_recorded |= x[k].is_tracked();
    }
    return scope != nullptr;
  }
};

}  // namespace

bool push(const Primitive& primitive, const Ref<Payload>& payload,
          std::span<const Tensor* const> operands, const Array& out, Tensor& result) {
  Level level;
  if (!level.enter(operands)) return false;
  Tensor y(out), tangent;
  if (level.is_recorded) {
    std::vector<const Tensor*> x;
    for (const Tensor& operand : level.x) x.push_back(&operand);
    y = record(primitive, payload, x, out);
    const RulesAtWork at_work(primitive, nullptr);
    Eager eager;
    tangent = tangent_by_rule(primitive, payload.pointer(), level.x, y, level.tangents, eager);
  } else if (primitive.elementwise && !follows_rules()) {
    tangent = primitive.elementwise->tangent(primitive, level.x, out, level.tangents);
  } else {
    const RulesAtWork at_work(primitive, nullptr);
    Evaluate evaluate;
    tangent = tangent_by_rule(primitive, payload.pointer(), level.x, y, level.tangents, evaluate);
  }
  if (recording.witness && !recording.rules) {
    recording.witness->derived(
        {Derived::What::tangent, primitive, nullptr, operands, level.tangents, tangent});
  }
  result = moved(std::move(y), std::move(tangent), Ref<Scope>::share(level.scope), *level.identity);
  return true;
}

bool push_scalar(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const std::byte* const* elements, Scope& scope, Tensor& out) {
  const Elementwise& formula = *primitive.elementwise;
  const std::byte* values[4];
  const std::byte* tangents[2] = {};
  const Primitive* identity = nullptr;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    values[k] = elements[k];
    const Node* node = operands[k]->node.pointer();
    if (!node || !node->is_tracked()) continue;
    if (!moves_within(*node, &scope)) return false;
    const Tensor& tangent = cell_of(*node).tangent;
    if (tangent.node || !tangent.value.is_scalar() || tangent.dtype() != DType::float64) {
      return false;
    }
    if (!formula.vanishes[k]) tangents[k] = tangent.value.data();
    identity = &node->primitive();
  }
  values[operands.size()] = out.value.data();
  double terms[2] = {};
  int count = 0;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (!tangents[k]) continue;
    std::byte* gradients[2] = {};
    gradients[k] = reinterpret_cast<std::byte*>(&terms[count++]);
    values[operands.size() + 1] = tangents[k];
    formula.scalar[index(DType::float64)].scalar_adjoint(values, gradients);
  }
  if (count == 0) return true;
  const double sum = count == 2 ? terms[0] + terms[1] : terms[0];
  out = moved(std::move(out), Array::scalar(sum, out.value.is_weak()), Ref<Scope>::share(&scope),
              *identity);
  return true;
}

}  // namespace wg
