#include "graph/compound.h"

#include <memory>

#include "core/error.h"
#include "graph/push.h"
#include "graph/trace.h"
#include "graph/untracked.h"
#include "graph/witness.h"

namespace wg {
namespace {

const Primitive& part_row() {
  static const Primitive row = [] {
    Primitive part{};
    part.name = "result";
    part.arity = 1;
    part.is_part = part.is_differentiable = part.is_holomorphic = true;
    part.first_index = 1;
    return part;
  }();
  return row;
}

/// What is caught where the operation fails for its operands' values has been read.
std::vector<Array> evaluate_observed(const Compound& compound, std::span<Tensor> operands,
                                     std::span<const Tensor> held) {
  try {
    return compound.evaluate(operands);
  } catch (const OperandValueError&) {
    for (const Tensor& operand : held) {
      if (!operand.value.is_abstract()) observe(operand);
    }
    throw;
  }
}

}  // namespace

std::vector<Tensor> results_of(const Node& tuple, bool with_nodes) {
  const Compound& compound = compound_of(tuple.payload());
  std::vector<Tensor> results;
  std::uint32_t k = 0;
  for (const Array& value : compound.results()) {
    Tensor& result = results.emplace_back(value);
    if (with_nodes) {
      const bool passes =
          tuple.is_differentiable() && is_inexact(value.dtype()) && compound.is_differentiable(k);
      result.node = Node::make_part(part_row(), Ref<Payload>::adopt(new ResultNumber(k)),
                                    Ref<Node>::share(const_cast<Node*>(&tuple)), value,
                                    {passes, tuple.is_cut()});
    }
    ++k;
  }
  return results;
}

std::vector<Tensor> Evaluate::apply_compound(const Primitive&, Ref<Payload> payload,
                                             std::span<Tensor> operands) {
  std::vector<Tensor> results;
  for (Array& value : compound_of(payload.pointer()).evaluate(operands)) {
    results.emplace_back(std::move(value));
  }
  return results;
}

std::vector<Tensor> Eager::apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                          std::span<Tensor> operands) {
  const std::vector<Tensor> held(operands.begin(), operands.end());
  const Compound& compound = compound_of(payload.pointer());
  std::vector<Array> values = evaluate_observed(compound, operands, held);
  const std::vector<const Tensor*> given = pointers_to(held);
  if (this_thread.witness && !this_thread.rules) {
    for (const Array& value : values) {
      this_thread.witness->evaluated(primitive, compound.causes(given), value);
    }
  }
  return record_compound(primitive, std::move(payload), given, std::move(values));
}

std::vector<Tensor> Batch::apply_compound(const Primitive& primitive, Ref<Payload> payload,
                                          std::span<Tensor> operands) {
  std::vector<Var> x;
  const auto flags = std::make_unique<bool[]>(operands.size());
  bool is_any = false;
  for (const Tensor& operand : operands) is_any |= operand.is_batched();
  if (!is_any) return examples_.apply_compound(primitive, std::move(payload), operands);
  for (Tensor& operand : operands) {
    flags[x.size()] = operand.is_batched();
    operand.set_batched(false);
    x.push_back(examples_.var(std::move(operand)));
  }
  const std::span<const bool> is_batched(flags.get(), operands.size());
  std::vector<Tensor> results;
  for (Var& y : compound_of(payload.pointer()).batch(x, is_batched, examples_)) {
    results.push_back(std::move(y.tensor));
    results.back().set_batched(true);
  }
  return results;
}

std::vector<Tensor> record_compound(const Primitive& primitive, Ref<Payload> payload,
                                    std::span<const Tensor* const> operands,
                                    std::vector<Array> results) {
  std::vector<Tensor> out(results.begin(), results.end());
  Trace* const trace = this_thread.trace;
  const bool is_cut = is_untracked();
  if (is_cut && !trace) return out;
  Scope* oldest = nullptr;
  bool is_differentiable = false;
  for (const Tensor* operand : operands) {
    if (!operand->node) continue;
    const Node& node = *operand->node;
    if (node.is_bound() && !Trace::follows(node)) {
      const std::vector<Tensor> values = without_nodes_that_left(operands);
      return record_compound(primitive, std::move(payload), pointers_to(values),
                             std::move(results));
    }
    if (!node.is_tracked()) continue;
    if (!oldest || node.scope().is_older_than(*oldest)) oldest = &node.scope();
    is_differentiable |= node.is_differentiable() && !is_cut;
  }
  if (!oldest) return out;
  if (oldest->pushes() && !trace && this_thread.linked_depth == 0 &&
      push_compound(primitive, payload, operands, out)) {
    return out;
  }
  if (Ref<Payload> own = compound_of(payload.pointer()).keeping(results)) payload = std::move(own);
  const Compound& compound = compound_of(payload.pointer());
  const auto tuple = Node::make_tuple(primitive, std::move(payload), operands, ~0u, *oldest,
                                      {is_differentiable, is_cut});
  if (trace && primitive.is_fallible) trace->add_fallible(tuple);
  if (this_thread.witness) this_thread.witness->recorded(*tuple, operands, Array());
  for (std::size_t k = 0; k < out.size(); ++k) {
    const bool passes =
        is_differentiable && is_inexact(out[k].dtype()) && compound.is_differentiable(k);
    if (!passes && !trace) continue;
    auto number = Ref<Payload>::adopt(new ResultNumber(static_cast<std::uint32_t>(k)));
    out[k].node =
        Node::make_part(part_row(), std::move(number), tuple, out[k].value, {passes, is_cut});
    if (this_thread.witness) {
      this_thread.witness->recorded(*out[k].node, operands, out[k].value);
    }
  }
  return out;
}

Primitive compound_row(std::string_view name) {
  Primitive row{};
  row.name = name;
  row.arity = -1;
  row.is_compound = row.is_differentiable = row.is_holomorphic = true;
  for (unsigned& reads : row.reads) reads = ~Node::keep_output;
  row.first_index = 1 << 30;
  return row;
}

}  // namespace wg
