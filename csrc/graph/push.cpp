#include "graph/push.h"

#include "core/few.h"
#include "graph/compound.h"
#include "graph/leaf_cell.h"
#include "graph/witness.h"

namespace wg {
namespace {

/// Operands one level further out, with the tangents that they have at the innermost level.
struct Level {
  Few<bool> is_last;  // nobody else holds the operand
  Few<Tensor> x, tangents;
  Scope* scope = nullptr;  // of the youngest open transform that an operand moves in
  const Primitive* identity = nullptr;
  bool is_recorded = false;  // something is tracked further out

  explicit Level(std::span<const Tensor* const> operands, bool are_given = false)
      : is_last(operands.size(),
                [&](std::size_t k) {
                  const Node* node = operands[k]->node.pointer();
                  return are_given && node && !node->is_shared();
                }),
        x(operands.size(), [&](std::size_t k) { return *operands[k]; }),
        tangents(operands.size()) {}

  /// False if an operand is tracked but does not move.
  bool enter() {
    for (Tensor& own : x) {
      leave_closed(own);
      if (!own.node) continue;
      if (!own.node->holds_tangent()) return false;
      Scope& moving = *cell_of(*own.node).scope;
      if (!scope || scope->is_older_than(moving)) scope = &moving;
      identity = &own.node->primitive();
    }
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!x[k].node) continue;
      if (moves_within(*x[k].node, scope)) {
        LeafCell& cell = cell_of(*x[k].node);
        tangents[k] = is_last[k] ? std::move(cell.tangent) : cell.tangent;
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
          std::span<const Tensor* const> operands, bool are_given, Tensor& out) {
  Level level(operands, are_given && !this_thread.witness);
  if (!level.enter()) return false;
  Tensor y(out.value), tangent;
  if (level.is_recorded) {
    Few<const Tensor*> x(level.x.size(), [&](std::size_t k) { return &level.x[k]; });
    record(primitive, payload, x, y);
    const RulesAtWork at_work(primitive, nullptr);
    Eager eager;
    tangent = tangent_by_rule(primitive, payload.pointer(), level.x, y, level.tangents, eager);
  } else if (primitive.elementwise && primitive.elementwise->tangent && !follows_rules()) {
    tangent = primitive.elementwise->tangent(primitive, level.x, y.value, level.tangents);
  } else {
    const RulesAtWork at_work(primitive, nullptr);
    Evaluate evaluate;
    tangent = tangent_by_rule(primitive, payload.pointer(), level.x, y, level.tangents, evaluate);
  }
  if (this_thread.witness && !this_thread.rules) {
    this_thread.witness->derived(
        {Derived::What::tangent, primitive, nullptr, operands, level.tangents, tangent});
  }
  out = moved(std::move(y), std::move(tangent), Ref<Scope>::share(level.scope), *level.identity);
  return true;
}

bool push_compound(const Primitive& primitive, const Ref<Payload>& payload,
                   std::span<const Tensor* const> operands, std::span<Tensor> out) {
  Level level(operands);
  if (!level.enter()) return false;
  Eager eager;
  Evaluate evaluate;
  Builder& builder = level.is_recorded ? static_cast<Builder&>(eager) : evaluate;
  std::vector<Var> x, moving(level.x.size());
  for (const Tensor& operand : level.x) x.push_back(builder.var(operand));
  for (std::size_t k = 0; k < moving.size(); ++k) {
    if (level.tangents[k].value.is_defined()) moving[k] = builder.var(level.tangents[k]);
  }
  std::vector<Array> values;
  for (const Tensor& y : out) values.push_back(y.value);
  std::vector<Tensor> ys(values.begin(), values.end());
  if (level.is_recorded) {
    std::vector<const Tensor*> pointers;
    for (const Tensor& operand : level.x) pointers.push_back(&operand);
    ys = record_compound(primitive, payload, pointers, std::move(values));
  }
  const RulesAtWork at_work(primitive, nullptr);
  std::vector<Var> y;
  for (const Tensor& result : ys) y.push_back(builder.var(result));
  const std::vector<Var> tangents = compound_of(payload.pointer()).jvp(x, y, moving, builder);
  for (std::size_t k = 0; k < out.size(); ++k) {
    out[k] = moved(std::move(ys[k]), tangents[k] ? tangents[k].tensor : Tensor(),
                   Ref<Scope>::share(level.scope), *level.identity);
  }
  return true;
}

bool push_scalar(const Primitive& primitive, std::span<const Tensor* const> operands,
                 const std::byte* const* elements, Scope& scope, Tensor& out) {
  const Elementwise& formula = *primitive.elementwise;
  const auto adjoint = formula.scalar[index(DType::float64)].scalar_adjoint;
  if (!adjoint) return false;
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
    adjoint(values, gradients);
  }
  if (count == 0) return true;
  const double sum = count == 2 ? terms[0] + terms[1] : terms[0];
  out = moved(std::move(out), Array::scalar(sum, out.value.is_weak()), Ref<Scope>::share(&scope),
              *identity);
  return true;
}

}  // namespace wg
