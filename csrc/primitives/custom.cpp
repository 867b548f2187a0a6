#include "primitives/custom.h"

#include "primitives/dependence.h"
#include "primitives/indexing.h"

namespace wg {
namespace {

const CustomRule& rule_of(const Payload* self) { return *static_cast<const CustomRule*>(self); }

Type infer(const Payload*, std::span<const Type> x) { return x[0]; }

bool view(const Payload*, const Type& x, Viewed& y) {
  y.type = x;
  return true;
}

void vjp(const Payload* self, std::span<const Var> x, const Var&, const Var& ct, Wanted,
         std::span<Contribution> contributions) {
  rule_of(self).pull(x, ct, contributions);
}

Var jvp(const Payload* self, std::span<const Var> x, const Var& y, std::span<Var> tangents) {
  return fitted(rule_of(self).push(x, tangents), y);
}

Var batch(const Payload* self, std::span<Var> x, std::span<const bool> is_batched) {
  Builder& builder = *x[0].builder;
  const std::int64_t n = batch_length(x, is_batched);
  Var value = rule_of(self).batch_value(x, is_batched);
  x[0] = value ? std::move(value) : with_batch_axis(std::move(x[0]), is_batched[0], n);
  std::vector<Tensor> operands;
  for (Var& operand : x) operands.push_back(std::move(operand.tensor));
  return builder.var(
      builder.apply(custom_primitive(), rule_of(self).batched(is_batched), operands));
}

/// The rule may read everything.
void sparsity(const Payload*, std::span<const Tensor> x, const Type& y, Dependence& dependence) {
  state_all(x, 1, y, dependence);
}

Primitive make_row() {
  Primitive row{};
  row.name = "custom";
  row.arity = -1;
  row.is_differentiable = row.is_holomorphic = true;
  for (unsigned& reads : row.reads) reads = ~Node::keep_output;
  row.infer = infer;
  row.view = view;
  row.vjp = vjp;
  row.jvp = jvp;
  row.batch = batch;
  row.sparsity = sparsity;
  row.first_index = 1 << 30;
  return row;
}

}  // namespace

const Primitive& custom_primitive() {
  static const Primitive row = make_row();
  return row;
}

}  // namespace wg
