#include "sweeps/linearity.h"

#include <algorithm>
#include <vector>

#include "graph/compound.h"
#include "sweeps/order.h"

namespace wg {
namespace {

/// What depends on the leaves of an order, which may be some of those of a transform.
class Dependent {
 public:
  Dependent(std::span<const Node* const> ends, std::span<const Ref<Node>> leaves)
      : order_(ends, nodes_of(leaves), Passes::everything), depends_(order_.size()) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const Node* node = order_[i];
      if (!node) continue;
      depends_[i] = order_.is_end(node);
      for (const Operand& operand : node->operands()) {
        if (depends_[i]) break;
        depends_[i] = (*this)(operand.node());
      }
    }
  }

  bool operator()(const Node* node) const {
    const std::uint32_t place = node ? order_.place(node) : Order::nowhere;
    return place != Order::nowhere && depends_[place];
  }
  const Order& order() const { return order_; }

 private:
  const Order order_;
  std::vector<bool> depends_;
};

bool is_linear(const Dependent& depends, const Node& node) {
  if (node.is_part()) return true;
  if (!node.is_differentiable()) return false;
  std::vector<bool> which;
  for (const Operand& operand : node.operands()) which.push_back(depends(operand.node()));
  return is_linear(node.primitive(), node.payload(), which);
}

}  // namespace

bool is_linear(const Primitive& primitive, const Payload* payload,
               const std::vector<bool>& dependent) {
  if (primitive.is_compound) return compound_of(payload).is_linear(dependent);
  unsigned mask = Node::keep_output;
  for (std::size_t k = 0; k < dependent.size(); ++k) {
    // The last bit before the output's stands for all further operands.
    if (dependent[k]) mask |= 1u << std::min<std::size_t>(k, 30);
  }
  for (std::size_t k = 0; k < dependent.size(); ++k) {
    if (!dependent[k]) continue;
    if (primitive.reads_for(static_cast<int>(k)) & mask) return false;
    if (primitive.elementwise && primitive.elementwise->vanishes[k]) return false;
  }
  return true;
}

const Primitive* first_nonlinear(std::span<const Tensor> outputs,
                                 std::span<const Ref<Node>> leaves) {
  const Dependent depends(nodes_of(outputs), leaves);
  for (std::size_t i = 0; i < depends.order().size(); ++i) {
    const Node* node = depends.order()[i];
    if (!depends(node) || depends.order().is_end(node)) continue;
    if (!is_linear(depends, *node)) return &node->primitive();
  }
  return nullptr;
}

bool is_read(std::span<const Guard> guards, std::span<const Ref<Node>> leaves) {
  std::vector<const Node*> ends;
  for (const Guard& guard : guards) ends.push_back(guard.tensor.node.pointer());
  const Dependent depends(ends, leaves);
  return std::ranges::any_of(ends, [&](const Node* end) { return depends(end); });
}

}  // namespace wg
