#include "core/error.h"
#include "core/few.h"
#include "graph/evaluate.h"
#include "graph/open_scope.h"
#include "graph/primitive.h"
#include "graph/push.h"
#include "graph/trace.h"
#include "graph/witness.h"

namespace wg {
namespace {

void tell(const Primitive& primitive, std::span<const Tensor* const> operands, const Array& out) {
  if (!this_thread.witness || this_thread.rules) [[likely]]
    return;
  this_thread.witness->evaluated(primitive, operands, out);
}

/// Whether other values of the same types may be refused.
bool may_fail(const Primitive& primitive, std::span<const Tensor* const> operands,
              const Array& out) {
  if (primitive.is_fallible) return !primitive.elementwise || is_integral(out.dtype());
  for (auto i = static_cast<std::size_t>(primitive.first_index); i < operands.size(); ++i) {
    if (operands[i]->is_tracked()) return true;  // an index
  }
  return false;
}

void tell_rules(const Primitive& primitive, std::span<const Tensor> operands) {
  if (!this_thread.witness || !this_thread.rules) [[likely]]
    return;
  this_thread.witness->applying(primitive, operands);
}

/// These values are why, as far as they were held: who catches the error has read them.
void failed_at(std::span<const Tensor> operands) {
  for (const Tensor& operand : operands) {
    if (!operand.value.is_abstract()) observe(operand);
  }
}

/// The value of operands that a rule may read later.
Array evaluate_observed(const Primitive& primitive, const Payload* payload,
                        std::span<Tensor> operands, std::span<const Tensor> held) {
  try {
    return evaluate(primitive, payload, operands, ~primitive.reads_of_all());
  } catch (const IndexRangeError&) {
    failed_at(held);
    throw;
  } catch (const OperandValueError&) {
    failed_at(held);
    throw;
  }
}

}  // namespace

Tensor Evaluate::apply(const Primitive& primitive, Ref<Payload> payload,
                       std::span<Tensor> operands) {
  tell_rules(primitive, operands);
  return evaluate(primitive, payload.pointer(), operands, ~0u);
}

namespace {

/// Whether a trace may do without the value of an operand: that is made again, no rule reads it,
/// and the operation cannot fail because of it.
bool can_go(const Primitive& primitive, std::size_t i, const Tensor& operand) {
  if (this_thread.witness || primitive.is_fallible || !operand.value.has_block()) return false;
  if (static_cast<int>(i) >= primitive.first_index) return false;
  if (primitive.reads_of_all() >> std::min<std::size_t>(i, 30) & 1) return false;
  return operand.node && this_thread.trace->makes_again(*operand.node);
}

/// Operands whose memory is taken over keep their types, all that their rules then read. Where the
/// graph is evaluated again, or somebody watches, they are held against that.
std::vector<Tensor> held_operands(const Primitive& primitive, std::span<const Tensor> operands) {
  std::vector<Tensor> held;
  held.reserve(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Array& value = operands[i].value;
    if (can_go(primitive, i, operands[i])) {
      held.emplace_back(Array::abstract(value.dtype(), value.layout_reference(), value.is_weak()),
                        operands[i].node);
    } else {
      held.push_back(operands[i]);
    }
  }
  return held;
}

/// The quick way for formulas of float64 scalars. False if this is no such case, or if somebody
/// watches.
bool apply_to_scalars(const Primitive& primitive, std::span<const Tensor* const> operands,
                      Tensor& out) {
  const Elementwise* formula = primitive.elementwise;
  if (!formula || (formula->is_predicate | (this_thread.witness != nullptr))) return false;
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
    if (const Node* node = operands[i]->node.pointer()) {
      if (node->is_bound() && !Trace::follows(*node)) [[unlikely]]
        return false;
      if (node->is_tracked() && (!oldest || node->scope().is_older_than(*oldest))) {
        oldest = &node->scope();
      }
    }
  }
  const auto evaluate = formula->scalar[index(DType::float64)].scalar;
  if (!is_float || !evaluate) return false;
  double result;
  evaluate(elements, reinterpret_cast<std::byte*>(&result));
  out.value.become_scalar(DType::float64, reinterpret_cast<const std::byte*>(&result));
  out.value.set_weak(is_weak);
  if (!oldest) return true;
  if (this_thread.trace) {
    const bool is_cut = is_untracked();
    Sharing* const sharing = this_thread.trace->sharing();
    if (sharing) {
      if (Node* known = sharing->find(primitive, nullptr, operands, out.value, is_cut)) {
        out.node = Ref<Node>::share(known);
        return true;
      }
    }
    out.node = Node::make_traced_scalar(primitive, operands, out.value, *oldest,
                                        {primitive.is_differentiable && !is_cut, is_cut});
    if (sharing) sharing->add(out.node);
  } else if (oldest->pushes()) {
    const bool passes = primitive.is_differentiable && !is_untracked();
    if (this_thread.linked_depth > 0 ||
        (passes && !push_scalar(primitive, operands, elements, *oldest, out))) {
      record(primitive, nullptr, operands, out);
    }
  } else if (primitive.is_differentiable && !is_untracked()) {
    out.node = Node::make_scalar(primitive, operands, out.value, *oldest);
  }
  return true;
}

}  // namespace

Tensor Eager::apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  if (primitive.elementwise && operands.size() <= 2) {
    const Tensor* pointers[] = {&operands.front(), &operands.back()};
    Tensor out;
    if (apply_to_scalars(primitive, std::span(pointers, operands.size()), out)) return out;
  }
  tell_rules(primitive, operands);
  std::vector<Tensor> held;
  const bool is_held = this_thread.trace || this_thread.witness;
  if (is_held) held = held_operands(primitive, operands);
  Tensor out = evaluate_observed(primitive, payload.pointer(), operands, held);
  const std::span<const Tensor> given = is_held ? std::span<const Tensor>(held) : operands;
  Few<const Tensor*> pointers(given.size(), [&](std::size_t i) { return &given[i]; });
  tell(primitive, pointers, out.value);
  record(primitive, std::move(payload), pointers, out, !is_held);
  return out;
}

namespace {

/// Formulas broadcast: batches of one rank, and others of at most the examples' own, need no rule.
bool broadcasts_as_it_is(const Primitive& primitive, std::span<const Tensor> operands) {
  if (!primitive.elementwise) return false;
  int rank = -1, least = 0;
  for (const Tensor& operand : operands) {
    const int own = operand.value.ndim();
    if (!operand.is_batched()) {
      least = std::max(least, own + 1);
    } else if (rank >= 0 && own != rank) {
      return false;
    } else {
      rank = own;
    }
  }
  return rank >= least;
}

/// Where nobody records or watches, without asking the builder of the examples. False if this is no
/// such case.
bool evaluate_alone(const Primitive& primitive, std::span<Tensor> operands, Array& out) {
  if (this_thread.witness) return false;
  const Tensor* pointers[2];
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (operands[k].node || operands[k].value.is_abstract()) return false;
    pointers[k] = &operands[k];
  }
  return primitive.elementwise->evaluate_quickly(primitive, std::span(pointers, operands.size()),
                                                 true, out);
}

}  // namespace

Tensor Batch::apply(const Primitive& primitive, Ref<Payload> payload, std::span<Tensor> operands) {
  bool is_any = false;
  for (const Tensor& operand : operands) is_any |= operand.is_batched();
  if (!is_any) return examples_.apply(primitive, std::move(payload), operands);
  Tensor out;
  if (broadcasts_as_it_is(primitive, operands)) {
    for (Tensor& operand : operands) operand.set_batched(false);
    if (!evaluate_alone(primitive, operands, out.value)) {
      out = examples_.apply(primitive, std::move(payload), operands);
    }
  } else {
    if (!primitive.batch) {
      fail<RuleError>(primitive.name, ": has no rule for a batch of examples");
    }
    const std::size_t count = operands.size();
    Few<bool> is_batched(count, [&](std::size_t k) { return operands[k].is_batched(); });
    Few<Var> x(count, [&](std::size_t k) {
      operands[k].set_batched(false);
      return examples_.var(std::move(operands[k]));
    });
    out = primitive.batch(payload.pointer(), x, is_batched).tensor;
  }
  out.set_batched(true);
  return out;
}

Tensor tangent_by_rule(const Primitive& primitive, const Payload* payload,
                       std::span<const Tensor> x, const Tensor& y, std::span<Tensor> tangents,
                       Builder& builder) {
  Few<Var> operands(x.size(), [&](std::size_t k) { return builder.var(x[k]); });
  Few<Var> moving(tangents.size(), [&](std::size_t k) {
    return tangents[k].value.is_defined() ? builder.var(std::move(tangents[k])) : Var();
  });
  return primitive.jvp(payload, operands, builder.var(y), moving).tensor;
}

void record(const Primitive& primitive, Ref<Payload> payload,
            std::span<const Tensor* const> operands, Tensor& out, bool are_given) {
  Scope* oldest = nullptr;
  unsigned keep = 0;
  bool is_differentiable = false;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i]->node) continue;
    const Node& node = *operands[i]->node;
    if (node.is_bound() && !Trace::follows(node)) [[unlikely]] {
      const std::vector<Tensor> values = without_nodes_that_left(operands);
      Few<const Tensor*> pointers(values.size(), [&](std::size_t k) { return &values[k]; });
      return record(primitive, std::move(payload), pointers, out, are_given);
    }
    if (!node.is_tracked()) continue;
    if (!oldest || node.scope().is_older_than(*oldest)) oldest = &node.scope();
    is_differentiable |= node.is_differentiable();
    keep |= primitive.reads_for(static_cast<int>(i));
  }
  if (!oldest) return;
  Trace* const trace = this_thread.trace;
  const bool is_cut = is_untracked();
  const bool passes = primitive.is_differentiable && is_inexact(out.dtype()) && !is_cut;
  if (!passes && !trace) return;
  if (oldest->pushes() && !trace && this_thread.linked_depth == 0) {
    if (push(primitive, payload, operands, are_given, out)) return;
  }
  Sharing* const sharing = trace ? trace->sharing() : nullptr;
  if (sharing) {
    if (Node* known = sharing->find(primitive, payload.pointer(), operands, out.value, is_cut)) {
      out.node = Ref<Node>::share(known);
      return;
    }
  }
  if (trace) keep |= ~Node::keep_output;
  out.node = Node::make(primitive, std::move(payload), operands, out.value, keep, *oldest,
                        {passes && is_differentiable, is_cut});
  if (sharing) sharing->add(out.node);
  if (trace && may_fail(primitive, operands, out.value)) trace->add_fallible(out.node);
  if (this_thread.witness) this_thread.witness->recorded(*out.node, operands, out.value);
}

Tensor record(const Primitive& primitive, Ref<Payload> payload,
              std::span<const Tensor* const> operands, Array value) {
  Tensor out(std::move(value));
  record(primitive, std::move(payload), operands, out);
  return out;
}

namespace {

/// Where nothing quicker will do. A witness may call Python, and others then write to what they
/// hold.
[[gnu::noinline]] Tensor apply_in_full(const Primitive& primitive,
                                       std::span<const Tensor* const> operands) {
  Few<Tensor> held(operands.size(), [&](std::size_t i) { return *operands[i]; });
  if (this_thread.witness) return Eager().apply(primitive, nullptr, held);
  Tensor out;
  try {
    out.value = evaluate_in_full(primitive, nullptr, held, 0);
  } catch (const OperandValueError&) {
    failed_at(held);
    throw;
  }
  record(primitive, nullptr, operands, out);
  return out;
}

}  // namespace

Tensor apply_shared(const Primitive& primitive, std::span<const Tensor* const> operands) {
  Tensor out;
  if (apply_to_scalars(primitive, operands, out)) return out;
  if (!this_thread.witness &&
      primitive.elementwise->evaluate_quickly(primitive, operands, false, out.value)) {
    record(primitive, nullptr, operands, out);
  } else {
    out = apply_in_full(primitive, operands);
  }
  return out;
}

}  // namespace wg
