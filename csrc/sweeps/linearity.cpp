#include "sweeps/linearity.h"

#include <vector>

#include "graph/primitive.h"
#include "sweeps/order.h"

namespace wg {
namespace {

bool is_linear(const Order& order, const Node& node) {
  const Primitive& primitive = node.primitive();
  const auto operands = node.operands();
  unsigned dependent = Node::keep_output;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Node* from = operands[k].node();
    // The last bit before the output's stands for all further operands.
    if (from && order.place(from) != Order::nowhere)
      dependent |= 1u << std::min<std::size_t>(k, 30);
  }
  for (std::size_t k = 0; k < operands.size(); ++k) {
    if (!(dependent >> std::min<std::size_t>(k, 30) & 1)) continue;
    if (primitive.reads_for(static_cast<int>(k)) & dependent) return false;
    if (primitive.elementwise && primitive.elementwise->vanishes[k]) return false;
  }
  return true;
}

}  // namespace

const Primitive* first_nonlinear(std::span<const Tensor> outputs,
                                 std::span<const Ref<Node>> leaves) {
  const Order order(nodes_of(outputs), nodes_of(leaves));
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Node* node = order[i];
    if (node && !order.is_end(node) && !is_linear(order, *node)) return &node->primitive();
  }
  return nullptr;
}

}  // namespace wg
