#include "sweeps/forward.h"

#include <algorithm>
#include <unordered_map>

#include "core/host.h"
#include "graph/compound.h"
#include "graph/witness.h"
#include "primitives/registry.h"
#include "sweeps/builders.h"
#include "sweeps/order.h"

namespace wg {
namespace {

class ForwardSweep {
 public:
  ForwardSweep(std::span<const Node* const> outputs, std::span<const Node* const> leaves,
               Policy policy)
      : order_(outputs, leaves),
        tangents_(order_.size()),
        last_uses_(order_.size()),
        by_rules_(follows_rules()),
        builders_(policy) {
    for (std::size_t i = 0; i < order_.size(); ++i) note_uses(i);
    for (const Node* output : outputs) {
      const std::uint32_t place = order_.place(output);
      if (place != Order::nowhere) last_uses_[place] = Order::nowhere;
    }
  }

  void seed(const Node& leaf, const Tensor& tangent) { tangents_[order_.place(&leaf)] = tangent; }

  void run() {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      if (i % nodes_per_poll == 0) poll_host();
      const Node* node = order_[i];
      if (!node) continue;
      if (order_.is_end(node)) {
        if (node->holds_tangent()) tangents_[i] = cell_of(*node).tangent;
        continue;
      }
      if (node->is_tuple()) {
        push_compound(*node, i);
        continue;
      }
      if (node->is_part()) {
        const auto moved = tuples_.find(order_.place(node->operands()[0].node()));
        if (moved != tuples_.end()) tangents_[i] = moved->second[part_number(*node)];
        if (this_thread.witness) show(*node, tangents_[i]);
        continue;
      }
      if (!by_rules_ && push_scalar(*node, tangents_[i])) {
        if (this_thread.witness) show(*node, tangents_[i]);
        continue;
      }
      tangents_[i] = push(*node, i);
      if (this_thread.witness) show(*node, tangents_[i]);
      forget_operands(*node, i);
    }
  }

  /// No transform that is still open has a leaf on the way.
  bool is_outermost() const {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const Node* node = order_[i];
      if (!node || !node->is_leaf() || order_.is_end(node)) continue;
      const auto* cell = dynamic_cast<const LeafCell*>(node->payload());
      if (cell && cell->scope->is_open()) return false;
    }
    return true;
  }

  Tensor result(const Node& output) const {
    const std::uint32_t place = order_.place(&output);
    return place == Order::nowhere ? Tensor() : tangents_[place];
  }

 private:
  void show(const Node& node, const Tensor& out) const {
    std::vector<Tensor> incoming;
    for (const Operand& operand : node.operands()) {
      if (const Tensor* tangent = tangent_of(operand)) incoming.push_back(*tangent);
    }
    this_thread.witness->derived(
        {Derived::What::tangent, node.primitive(), &node, {}, incoming, out});
  }

  /// By a transform outside of the leaves' own, which may still be open.
  bool is_tracked(const Node& node) const {
    return node.is_tracked() && &node.scope() != order_.moving();
  }

  const Tensor* tangent_of(const Operand& operand) const {
    const Node* from = operand.node();
    const std::uint32_t place = from ? order_.place(from) : Order::nowhere;
    return place != Order::nowhere && tangents_[place].value.is_defined() ? &tangents_[place]
                                                                          : nullptr;
  }

  /// Numbers of one dtype, unrecorded and without an allocation: the adjoint's kernel multiplies by
  /// the same partials. False if this is no such case.
  bool push_scalar(const Node& node, Tensor& out) const {
    const DType dtype = node.dtype();
    const Elementwise* formula = node.primitive().elementwise;
    if (!formula || !node.is_scalar() || item_size(dtype) > 8) return false;
    const auto adjoint = formula->scalar[index(dtype)].scalar_adjoint;
    if (!adjoint || (builders_.records() && is_tracked(node))) return false;
    const auto operands = node.operands();
    const std::byte* values[4];
    const Tensor* tangents[2] = {};
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!operands[k].holds_scalar() || operands[k].dtype() != dtype) return false;
      values[k] = operands[k].scalar();
      if (!formula->vanishes[k]) tangents[k] = tangent_of(operands[k]);
      if (tangents[k] && (!tangents[k]->value.is_scalar() || tangents[k]->dtype() != dtype ||
                          builders_.records(*tangents[k]))) {
        return false;
      }
    }
    values[operands.size()] = node.scalar_output();
    alignas(8) std::byte terms[2][8];
    const std::byte* moving[2];
    std::size_t count = 0;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!tangents[k]) continue;
      std::byte* gradients[2] = {};
      gradients[k] = terms[count];
      values[operands.size() + 1] = tangents[k]->value.data();
      adjoint(values, gradients);
      moving[count] = terms[count];
      ++count;
    }
    if (count == 2) {
      static const Primitive& plus = primitive_named("add");
      alignas(8) std::byte sum[8];
      plus.elementwise->scalar[index(dtype)].scalar(moving, sum);
      out.value.become_scalar(dtype, sum);
    } else if (count == 1) {
      out.value.become_scalar(dtype, terms[0]);
    }
    if (count > 0 && node.is_weak()) out.value = out.value.with_weak(true);
    return true;
  }

  void push_compound(const Node& node, std::size_t i) {
    const auto operands = node.operands();
    std::vector<Tensor> tangents(operands.size());
    bool moves = false, is_recorded = builders_.records() && is_tracked(node), is_batched = false;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const Tensor* tangent = tangent_of(operands[k]);
      if (!tangent) continue;
      tangents[k] = *tangent;
      moves = true;
      is_recorded |= builders_.records(*tangent);
      is_batched |= tangent->is_batched();
    }
    if (!moves) return;
    Builder& builder = builders_.choose(is_recorded, is_batched);
    const RulesAtWork at_work(node.primitive(), &node);
    std::vector<Var> x, moving(operands.size());
    for (const Operand& operand : operands) {
      const Node* from = operand.node();
      x.push_back(
          builder.var(from && is_tracked(*from) ? operand.tensor() : Tensor(operand.value())));
    }
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (tangents[k].value.is_defined()) moving[k] = builder.var(std::move(tangents[k]));
    }
    std::vector<Var> y;
    for (Tensor& result : results_of(node, is_tracked(node))) {
      y.push_back(builder.var(std::move(result)));
    }
    std::vector<Tensor>& results = tuples_[i];
    for (Var& tangent : compound_of(node.payload()).jvp(x, y, moving, builder)) {
      results.push_back(std::move(tangent.tensor));
    }
    forget_operands(node, i);
  }

  Tensor push(const Node& node, std::size_t i) {
    const auto operands = node.operands();
    const Primitive& primitive = node.primitive();
    std::vector<Tensor> x, tangents(operands.size());
    bool moves = false, is_recorded = false, is_batched = false;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (!tangent_of(operands[k])) continue;
      tangents[k] = taken(operands, k, i);
      moves = true;
      is_recorded |= builders_.records(tangents[k]);
      is_batched |= tangents[k].is_batched();
    }
    if (!moves || !primitive.jvp) return {};
    is_recorded = is_recorded || (builders_.records() && is_tracked(node));
    x.reserve(operands.size());
    for (const Operand& operand : operands) {
      const Node* from = operand.node();
      x.push_back(from && is_tracked(*from) ? operand.tensor() : Tensor(operand.value()));
    }
    if (primitive.elementwise && primitive.elementwise->tangent && !is_recorded && !is_batched &&
        !by_rules_) {
      return primitive.elementwise->tangent(primitive, x, node.output(), tangents);
    }
    const RulesAtWork at_work(primitive, &node);
    const Tensor y(node.output(), Ref<Node>::share(const_cast<Node*>(&node)));
    return tangent_by_rule(primitive, node.payload(), x, y, tangents,
                           builders_.choose(is_recorded, is_batched));
  }

  /// The tangent of an operand of the node at `i`; taken over, if nobody else needs it.
  Tensor taken(std::span<const Operand> operands, std::size_t k, std::size_t i) {
    const Node* from = operands[k].node();
    const std::uint32_t place = order_.place(from);
    const auto is_it = [&](const Operand& operand) { return operand.node() == from; };
    const bool is_last = last_uses_[place] == i && !this_thread.witness &&
                         std::ranges::count_if(operands, is_it) == 1;
    return is_last ? std::move(tangents_[place]) : tangents_[place];
  }

  /// Numbers are not worth the trouble of giving them up.
  void note_uses(std::size_t i) {
    const Node* node = order_[i];
    if (!node || order_.is_end(node)) return;
    for (const Operand& operand : node->operands()) {
      const Node* from = operand.node();
      if (!from || from->is_scalar()) continue;
      const std::uint32_t place = order_.place(from);
      if (place != Order::nowhere) last_uses_[place] = static_cast<std::uint32_t>(i);
    }
  }

  /// Gives up the tangents that no later node and no output needs.
  void forget_operands(const Node& node, std::size_t i) {
    for (const Operand& operand : node.operands()) {
      const Node* from = operand.node();
      if (!from || from->is_scalar()) continue;
      const std::uint32_t place = order_.place(from);
      if (place != Order::nowhere && last_uses_[place] == i) tangents_[place] = Tensor();
    }
  }

  Order order_;
  Table<Tensor> tangents_;                                       // by place
  Table<std::uint32_t> last_uses_;                               // of arrays, by place
  std::unordered_map<std::size_t, std::vector<Tensor>> tuples_;  // tangents of results, by place
  const bool by_rules_;
  Builders builders_;
};

}  // namespace

std::vector<Tensor> forward_sweep(std::span<const Tensor> outputs,
                                  std::span<const Ref<Node>> leaves,
                                  std::span<const Tensor> tangents, Policy policy) {
  const std::vector<const Node*> starts = nodes_of(leaves);
  ForwardSweep sweep(nodes_of(outputs), starts, policy);
  for (std::size_t i = 0; i < tangents.size(); ++i) sweep.seed(*starts[i], tangents[i]);
  sweep.run();
  std::vector<Tensor> results;
  for (const Tensor& output : outputs) {
    Tensor tangent = output.node ? sweep.result(*output.node) : Tensor();
    results.push_back(policy != Policy::evaluate ? std::move(tangent).let_go()
                                                 : Tensor(std::move(tangent.value)));
  }
  return results;
}

void settle(std::span<Tensor> values, std::size_t moving) {
  const Node* leaf = this_thread.moving_leaf;
  if (!leaf || this_thread.trace || this_thread.linked_depth > 0) return;
  std::vector<Tensor*> linked;
  std::vector<const Node*> ends;
  std::size_t passed = 0;  // of those that are linked
  for (std::size_t i = 0; i < values.size(); ++i) {
    Tensor& value = values[i];
    leave_closed(value);
    // What a transform further out tracks too stays linked for that.
    if (!value.node || value.node->holds_tangent() || &value.node->scope() != &leaf->scope()) {
      continue;
    }
    linked.push_back(&value);
    ends.push_back(value.node.pointer());
    passed += i < moving;
  }
  if (linked.empty()) return;
  if (!ForwardSweep(ends, std::span(&leaf, 1), Policy::eager).is_outermost()) return;
  const std::span<const Node* const> outputs(ends.data(), passed);
  ForwardSweep sweep(outputs, std::span(&leaf, 1), Policy::eager);
  sweep.run();
  std::vector<Tensor> settled;
  for (std::size_t i = 0; i < linked.size(); ++i) {
    Tensor tangent = i < passed ? sweep.result(*ends[i]) : Tensor();
    settled.push_back(moved(Tensor(linked[i]->value), std::move(tangent), cell_of(*leaf).scope,
                            leaf->primitive()));
  }
  for (std::size_t i = 0; i < linked.size(); ++i) *linked[i] = std::move(settled[i]);
}

}  // namespace wg
