#include "sweeps/reverse.h"

#include <array>
#include <unordered_map>

#include "core/broadcast.h"
#include "core/error.h"
#include "core/few.h"
#include "core/host.h"
#include "graph/compound.h"
#include "graph/witness.h"
#include "primitives/elementwise.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"
#include "sweeps/cotangents.h"
#include "sweeps/order.h"

namespace wg {
namespace {

class ReverseSweep {
 public:
  ReverseSweep(std::span<const Node* const> outputs, std::span<const Node* const> leaves,
               Policy policy)
      : order_(outputs, leaves),
        builders_(policy),
        is_watched_(this_thread.witness),
        by_rules_(follows_rules()) {}

  void seed(const Node& output, const Tensor& ct) {
    const std::uint32_t place = order_.place(&output);
    if (place != Order::nowhere) cotangents_.add(place, ct);
  }

  void run() {
    for (std::size_t i = order_.size(); i-- > 0;) {
      if (i % nodes_per_poll == 0) poll_host();
      if (!cotangents_.has(i)) continue;
      const Node& node = *order_[i];
      if (is_watched_ && this_thread.witness && !node.is_tuple())
        this_thread.witness->reached(node, cotangents_.value(i));
      if (order_.is_end(&node)) continue;
      // The sweep runs unrecorded, through the fused kernels, unless its result depends on
      // something that is still tracked.
      const bool is_fused = node.primitive().adjoint && !by_rules_ && !builders_.records(node);
      if (is_fused && !is_watched_ && cotangents_.is_number(i) &&
          scalar_adjoint(node, cotangents_.number(i))) {
        cotangents_.drop_number(i);
      } else if (node.is_part()) {
        give_to_tuple(node, cotangents_.take(i));
      } else if (node.is_tuple()) {
        apply_compound_rule(node, std::move(tuples_.find(i)->second));
      } else if (!node.primitive().take_out || !take_out(node, i)) {
        Tensor ct = cotangents_.take(i);
        const bool is_recorded = builders_.records(node) || builders_.records(ct);
        if (!is_fused || is_recorded || ct.is_batched()) {
          Builder& builder = builders_.choose(is_recorded, ct.is_batched());
          apply_rule(node, std::move(ct), builder);
        } else if (is_watched_ || !scalar_adjoint(node, ct.value)) {
          apply_adjoint(node, ct.value);
        }
      }
    }
  }

  Tensor result(const Node& leaf) const {
    const std::uint32_t place = order_.place(&leaf);
    if (cotangents_.has(place)) return cotangents_.value(place);
    return leaf.is_scalar() ? Array::zeros(leaf.dtype(), {})
                            : Array::zeros(leaf.dtype(), leaf.layout().shape());
  }

 private:
  std::uint32_t place_of(const Operand& operand) const {
    const Node* from = operand.node();
    return from ? order_.place(from) : Order::nowhere;
  }

  bool scalar_adjoint(const Node& node, const Array& ct) {
    return ct.dtype() == node.dtype() && scalar_adjoint(node, ct.data());
  }
  bool scalar_adjoint(const Node& node, double ct) {
    return node.dtype() == DType::float64 &&
           scalar_adjoint(node, reinterpret_cast<const std::byte*>(&ct));
  }
  /// Scalars of one dtype, without an allocation. False if the node is not such.
  bool scalar_adjoint(const Node& node, const std::byte* ct) {
    const DType dtype = node.dtype();
    if (!node.is_scalar() || item_size(dtype) > 8) return false;
    const auto operands = node.operands();
    const std::byte* values[4];
    std::uint32_t places[2] = {Order::nowhere, Order::nowhere};
    for (std::size_t k = 0; k < operands.size(); ++k) {
      places[k] = place_of(operands[k]);
      if (!operands[k].holds_scalar() || operands[k].dtype() != dtype) return false;
      values[k] = operands[k].scalar();
    }
    values[operands.size()] = node.scalar_output();
    values[operands.size() + 1] = ct;
    alignas(8) std::byte contributions[2][8];
    std::byte* gradients[2] = {nullptr, nullptr};
    const Elementwise& formula = *node.primitive().elementwise;
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (formula.vanishes[k]) places[k] = Order::nowhere;
      if (places[k] != Order::nowhere) gradients[k] = contributions[k];
    }
    formula.scalar[index(dtype)].scalar_adjoint(values, gradients);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      if (places[k] != Order::nowhere) {
        cotangents_.accumulate_scalar(places[k], dtype, contributions[k]);
      }
    }
    return true;
  }

  /// What was stored in one element takes its cotangent out of that of the whole, which goes on.
  /// False if this is no such case.
  bool take_out(const Node& node, std::size_t i) {
    Tensor* const ct = cotangents_.tensor(i);
    if (!ct || is_watched_ || by_rules_ || builders_.records(node) || builders_.records(*ct)) {
      return false;
    }
    const auto operands = node.operands();
    const DType dtype = operands[1].dtype();
    if (dtype != DType::float64 || ct->dtype() != dtype || !operands[1].holds_scalar())
      return false;
    Array part;
    if (!node.primitive().take_out(node.payload(), ct->value, part)) return false;
    const std::uint32_t base = place_of(operands[0]), update = place_of(operands[1]);
    if (update != Order::nowhere) cotangents_.accumulate_scalar(update, dtype, part.data());
    Tensor rest = cotangents_.take(i);
    if (base != Order::nowhere) cotangents_.add(base, std::move(rest));
    return true;
  }

  void apply_adjoint(const Node& node, const Array& ct) {
    const auto operands = node.operands();
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const std::uint32_t place = place_of(operands[k]);
      if (place == Order::nowhere || node.primitive().elementwise->vanishes[k]) continue;
      const Node& from = *operands[k].node();
      if (node.primitive().elementwise->passes[k]) {
        contribute(node, ct, place, fit(ct, from));
        continue;
      }
      Tensor* const sum = cotangents_.tensor(place);
      const bool is_in_place = sum && !sum->node && sum->value.is_writable_alone() &&
                               sum->value.is_dense() && sum->dtype() == ct.dtype() &&
                               same_shape(sum->value.layout(), ct.layout()) && !this_thread.witness;
      if (is_in_place) {
        node.primitive().adjoint(node, ct, static_cast<int>(k), sum->value);
      } else {
        Array term;
        node.primitive().adjoint(node, ct, static_cast<int>(k), term);
        contribute(node, ct, place, fit(std::move(term), from));
      }
    }
  }

  void contribute(const Node& node, const Array& ct, std::uint32_t place, Array term) {
    if (this_thread.witness) show(Derived::What::contribution, node, Tensor(ct), Tensor(term));
    cotangents_.add(place, std::move(term));
  }

  static void show(Derived::What what, const Node& node, const Tensor& incoming,
                   const Tensor& out) {
    this_thread.witness->derived({what, node.primitive(), &node, {}, std::span(&incoming, 1), out});
  }

  /// Brings a contribution to its operand's shape and dtype.
  static Array fit(Array term, const Node& operand) {
    if (term.ndim() != operand.layout().ndim() || !same_shape(term.layout(), operand.layout())) {
      term = sum_to(term, operand.layout().shape());
    }
    return term.dtype() == operand.dtype() ? term : convert_array(term, operand.dtype());
  }

  /// The cotangent of one of several results waits for the others, and for what other parts bring
  /// that stand for the same one: rules make parts of their own.
  void give_to_tuple(const Node& part, Tensor ct) {
    const std::uint32_t place = place_of(part.operands()[0]);
    if (place == Order::nowhere) return;
    std::vector<Tensor>& cts = tuples_[place];
    const std::uint32_t number = part_number(part);
    if (cts.size() <= number) cts.resize(number + 1);
    cts[number] = cts[number].value.is_defined()
                      ? cotangents_.sum_of(std::move(cts[number]), std::move(ct))
                      : std::move(ct);
    cotangents_.put(place, Array::abstract(DType::float64, nullptr));  // it has some
  }

  void apply_compound_rule(const Node& node, std::vector<Tensor> given) {
    bool is_recorded = builders_.records(node), is_batched = false;
    for (const Tensor& ct : given) {
      is_recorded |= ct.value.is_defined() && builders_.records(ct);
      is_batched |= ct.value.is_defined() && ct.is_batched();
    }
    Builder& builder = builders_.choose(is_recorded, is_batched);
    const RulesAtWork at_work(node.primitive(), &node);
    const auto operands = node.operands();
    const std::size_t count = operands.size();
    Few<Var> x(count, [&](std::size_t k) { return builder.var(operands[k].tensor()); });
    Few<std::uint32_t> places(count, [&](std::size_t k) { return place_of(operands[k]); });
    Few<bool> is_wanted(count, [&](std::size_t k) { return places[k] != Order::nowhere; });
    Few<Contribution> contributions(count);
    std::vector<Var> cts(given.size());
    for (std::size_t k = 0; k < given.size(); ++k) {
      if (given[k].value.is_defined()) cts[k] = builder.var(given[k]);
    }
    std::vector<Var> y;
    for (Tensor& result : results_of(node, is_recorded))
      y.push_back(builder.var(std::move(result)));
    compound_of(node.payload()).vjp(x, y, cts, Wanted(is_wanted), builder, contributions);
    for (std::size_t k = 0; k < count; ++k) {
      if (!is_wanted[k]) continue;
      add_contribution(places[k], node, *operands[k].node(), Tensor(), contributions[k]);
    }
  }

  void apply_rule(const Node& node, Tensor given, Builder& builder) {
    const Primitive& primitive = node.primitive();
    if (!primitive.vjp) return;
    const RulesAtWork at_work(primitive, &node);
    const auto operands = node.operands();
    const std::size_t count = operands.size();
    Few<Var> x(count, [&](std::size_t k) { return builder.var(operands[k].tensor()); });
    Few<std::uint32_t> places(count, [&](std::size_t k) { return place_of(operands[k]); });
    Few<bool> is_wanted(count, [&](std::size_t k) { return places[k] != Order::nowhere; });
    Few<Contribution> contributions(count);
    const Var y = builder.var(Tensor(node.output(), Ref<Node>::share(const_cast<Node*>(&node))));
    Tensor shown;
    if (this_thread.witness) shown = given;
    Var ct = builder.var(std::move(given));
    primitive.vjp(node.payload(), x, y, ct, Wanted(is_wanted), contributions);
    for (std::size_t k = 0; k < count; ++k) {
      if (!is_wanted[k]) continue;
      add_contribution(places[k], node, *operands[k].node(), shown, contributions[k]);
    }
  }

  void add_contribution(std::uint32_t place, const Node& node, const Node& from, const Tensor& ct,
                        Contribution& c) {
    if (!c.value) return;
    if (this_thread.witness) show(Derived::What::contribution, node, ct, c.value.tensor);
    if (c.at) return cotangents_.add_at(place, from, std::move(c));
    cotangents_.add(place, fit(std::move(c.value), from).tensor);
  }

  // A rule may return less than the operand's shape (a partial that is a literal of shape ()).
  // Which is less is not a matter of sizes: an empty contribution to a number is a sum of nothing.
  static Var fit(Var term, const Node& operand) {
    const auto to = operand.layout().shape();
    term = broadcasts_to(term.shape(), to) ? broadcast_to(term, Shape(to)) : sum_to(term, to);
    return convert(term, operand.dtype());
  }

  static Array convert_array(const Array& array, DType dtype) {
    Evaluate evaluate;
    return convert(evaluate.constant(array), dtype).tensor.value;
  }

  Order order_;
  Builders builders_;
  Cotangents cotangents_{order_, builders_};
  std::unordered_map<std::size_t, std::vector<Tensor>> tuples_;  // cotangents of results, by place
  const bool is_watched_;
  const bool by_rules_;
};

}  // namespace

std::vector<Tensor> reverse_sweep(std::span<const Tensor> outputs, std::span<const Tensor> seeds,
                                  std::span<const Ref<Node>> leaves, Policy policy) {
  const std::vector<const Node*> starts = nodes_of(leaves);
  ReverseSweep sweep(nodes_of(outputs), starts, policy);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].node) sweep.seed(*outputs[i].node, seeds[i]);
  }
  sweep.run();
  std::vector<Tensor> results;
  for (const Node* leaf : starts) {
    Tensor ct = sweep.result(*leaf);
    results.push_back(policy != Policy::evaluate ? std::move(ct).let_go()
                                                 : Tensor(std::move(ct.value)));
  }
  return results;
}

std::vector<Ref<Node>> gradient_leaves(const Tensor& output) {
  std::vector<Ref<Node>> leaves;
  if (!output.node) return leaves;
  for (const Node* leaf : cell_leaves(*output.node)) {
    leaves.push_back(Ref<Node>::share(const_cast<Node*>(leaf)));
  }
  return leaves;
}

}  // namespace wg
