#include "sweeps/program.h"

#include <algorithm>

#include "core/error.h"
#include "graph/primitive.h"
#include "primitives/body.h"
#include "primitives/registry.h"
#include "sweeps/replay.h"

namespace wg {
namespace {

Tensor abstract(const Type& type, Ref<Node> node = nullptr) {
  return {Array::abstract(type.dtype, type.layout, type.is_weak), std::move(node)};
}

/// Copies a graph without values, node by node.
class Copy {
 public:
  Copy(std::uint64_t since, const Keep& keep) : since_(since), keep_(keep), scope_(Scope::open()) {}

  Captured run(const Tensor& end) {
    collect(*end.node);
    copies_.resize(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      set_.place(nodes_[i]) = static_cast<std::uint32_t>(i);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      copies_[i] = is_older(*nodes_[i]) ? leaf(*nodes_[i]) : copy(*nodes_[i]);
    }
    Tensor result = abstract(end.type(), copies_[set_.find(end.node.pointer())].node);
    scope_->close();
    Captured captured;
    captured.program = std::make_shared<const Program>(std::move(leaves_), std::move(result));
    captured.operands = std::move(operands_);
    for (auto& [node, value] : kept_) {
      captured.kept.emplace_back(captured.program->order.place(node), std::move(value));
    }
    return captured;
  }

 private:
  bool is_older(const Node& node) const { return node.sequence() <= since_; }

  /// The nodes made since then, and the older ones that they read, oldest first.
  void collect(const Node& end) {
    std::vector<const Node*> stack{&end};
    set_.insert(&end);
    nodes_.push_back(&end);
    while (!stack.empty()) {
      const Node* node = stack.back();
      stack.pop_back();
      if (is_older(*node)) continue;
      for (const Operand& operand : node->operands()) {
        const Node* from = operand.node();
        if (!from || !from->is_tracked() || !set_.insert(from)) continue;
        nodes_.push_back(from);
        stack.push_back(from);
        if (is_older(*from)) values_.emplace_back(from, operand.value());
      }
    }
    std::ranges::sort(nodes_,
                      [](const Node* a, const Node* b) { return a->sequence() < b->sequence(); });
    std::ranges::sort(values_, {}, [](const auto& value) { return value.first; });
  }

  Tensor leaf(const Node& node) {
    const auto at =
        std::ranges::lower_bound(values_, &node, {}, [](const auto& value) { return value.first; });
    operands_.emplace_back(at->second, Ref<Node>::share(const_cast<Node*>(&node)));
    static const Primitive& identity = primitive_named("identity");
    leaves_.push_back(Node::make_leaf(identity, abstract(node.type()), scope_));
    return abstract(node.type(), leaves_.back());
  }

  Tensor copy(const Node& node) {
    std::vector<Tensor> operands;
    std::vector<const Tensor*> pointers;
    for (const Operand& operand : node.operands()) {
      const Node* from = operand.node();
      operands.push_back(from && from->is_tracked() ? copies_[set_.find(from)]
                                                    : Tensor(constant(operand, node)));
    }
    for (const Tensor& operand : operands) pointers.push_back(&operand);
    const bool is_body = &node.primitive() == &body_primitive();
    Ref<Payload> payload = node.is_leaf() ? Ref<Payload>()
                           : is_body ? static_cast<const Body*>(node.payload())->without_values()
                                     : Ref<Payload>::share(node.payload());
    const Tensor out = abstract(node.type());
    Ref<Node> made = Node::make(node.primitive(), std::move(payload), pointers, out.value,
                                ~Node::keep_output, *scope_, node.is_differentiable());
    if (keep_.contains(&node.primitive())) kept_.emplace_back(made.pointer(), value_of(node));
    return {out.value, std::move(made)};
  }

  static Array constant(const Operand& operand, const Node& node) {
    Array value = operand.value();
    if (value.is_abstract()) {
      fail<RuleError>("checkpoint: ", node.primitive().name,
                      " was computed in a thread that fun started, which cannot be evaluated "
                      "again; a checkpoint inside of that thread is needed");
    }
    return value;
  }

  /// Who reads the node keeps its value, in an OpenRecording.
  Array value_of(const Node& node) const {
    for (const Node* user : nodes_) {
      if (is_older(*user)) continue;
      for (const Operand& operand : user->operands()) {
        if (operand.node() == &node) return operand.value();
      }
    }
    return {};
  }

  std::uint64_t since_;
  const Keep& keep_;
  Ref<Scope> scope_;
  NodeSet set_;
  std::vector<const Node*> nodes_;
  std::vector<std::pair<const Node*, Array>> values_;  // of the older ones
  std::vector<Tensor> copies_;
  std::vector<Ref<Node>> leaves_;
  std::vector<Tensor> operands_;
  std::vector<std::pair<const Node*, Array>> kept_;
};

}  // namespace

Program::Program(std::vector<Ref<Node>> starts, Tensor result)
    : leaves(std::move(starts)),
      end(std::move(result)),
      order(nodes_of(std::span(&end, 1)), nodes_of(leaves), Passes::everything) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (!order[i] || order.is_end(order[i])) continue;
    ++operations;
    is_holomorphic &= !order[i]->is_differentiable() || wg::is_holomorphic(*order[i]);
  }
}

Tensor Program::run(std::span<const Tensor> values, Builder& builder,
                    std::span<const std::pair<std::uint32_t, Array>> known) const {
  Replay replay(order, std::span(&end, 1));
  for (std::size_t k = 0; k < leaves.size(); ++k) replay.set(*leaves[k], values[k]);
  for (const auto& [place, value] : known) replay.know(place, value);
  replay.run(builder);
  return replay.result(end);
}

Captured capture(const Tensor& end, std::uint64_t since, const Keep& keep) {
  return Copy(since, keep).run(end);
}

}  // namespace wg
