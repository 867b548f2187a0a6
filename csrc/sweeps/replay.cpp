#include "sweeps/replay.h"

#include "core/error.h"
#include "core/host.h"
#include "graph/primitive.h"
#include "graph/recording.h"
#include "graph/witness.h"
#include "primitives/registry.h"

namespace wg {
namespace {

constexpr std::size_t nodes_per_poll = 1024;
thread_local std::uint64_t replayed = 0;

void show(const Node& node, std::span<const Tensor> given, const Tensor& out) {
  std::vector<const Tensor*> operands;
  for (const Tensor& operand : given) operands.push_back(&operand);
  recording.witness->evaluated(node.primitive(), operands, out.value);
  recording.witness->derived({Derived::What::tangent, node.primitive(), &node, {}, given, out});
}

/// What no derivative passed stays so: a rule may hand an operand on as it is.
void cut(Tensor& value) {
  if (!value.is_tracked() || !value.node->is_differentiable()) return;
  if (recording.open) {
    static const Primitive& identity = primitive_named("identity");
    const bool is_batched = value.value.is_batched();
    Tensor one[] = {std::move(value)};
    value = Eager().apply(identity, nullptr, one);
    value.value.set_batched(is_batched);
  } else {
    value.node = nullptr;
  }
}

Tensor recorded(const Node& node, std::span<const Tensor> operands, Array value) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& operand : operands) pointers.push_back(&operand);
  return record(node.primitive(), Ref<Payload>::share(node.payload()), pointers, std::move(value));
}

}  // namespace

Replay::Replay(const Order& order, std::span<const Tensor> ends)
    : order_(order), values_(order.size()), users_(order.size()) {
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const Node* node = order_[i];
    if (!node || order_.is_end(node)) continue;
    for (const Operand& operand : node->operands()) count(operand.node());
  }
  for (const Tensor& end : ends) count(end.node.pointer());
}

std::uint64_t Replay::operations() { return replayed; }

void Replay::set(const Node& leaf, Tensor value) {
  values_[order_.place(&leaf)] = std::move(value);
}

void Replay::know(std::uint32_t place, Array value) {
  known_.resize(order_.size());
  known_[place] = std::move(value);
}

void Replay::run(Builder& builder) {
  std::vector<Tensor> operands;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (i % nodes_per_poll == 0) poll_host();
    const Node* node = order_[i];
    if (!node || order_.is_end(node)) continue;
    operands.clear();
    for (const Operand& operand : node->operands()) operands.push_back(value_of(operand));
    // What no derivative passed when it was recorded, none passes now.
    const Untracked untracked(!node->is_differentiable());
    if (!known_.empty() && known_[i].is_defined()) {
      values_[i] = recorded(*node, operands, std::move(known_[i]));
      continue;
    }
    ++replayed;
    const RulesAtWork at_work(node->primitive(), node);
    std::vector<Tensor> held;
    if (recording.witness) held = operands;
    values_[i] = builder.apply(node->primitive(), Ref<Payload>::share(node->payload()), operands);
    if (recording.witness) show(*node, held, values_[i]);
    if (!node->is_differentiable()) cut(values_[i]);
  }
}

Tensor Replay::result(const Tensor& end) {
  const std::uint32_t place = end.node ? order_.place(end.node.pointer()) : Order::nowhere;
  return place == Order::nowhere ? end : take(place);
}

void Replay::count(const Node* node) {
  const std::uint32_t place = node ? order_.place(node) : Order::nowhere;
  if (place != Order::nowhere) ++users_[place];
}

Tensor Replay::value_of(const Operand& operand) {
  const Node* from = operand.node();
  const std::uint32_t place = from ? order_.place(from) : Order::nowhere;
  if (place != Order::nowhere) return take(place);
  Tensor value = operand.tensor();
  if (value.value.is_abstract()) {
    fail<RuleError>(
        "an operation was computed in a thread that the function started, and cannot be evaluated "
        "again at other values; a transform inside of that thread is needed");
  }
  return value;
}

/// The last user takes the value over, and may reuse its memory.
Tensor Replay::take(std::uint32_t place) {
  return --users_[place] == 0 ? std::move(values_[place]) : values_[place];
}

}  // namespace wg
