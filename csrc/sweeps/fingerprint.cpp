#include "sweeps/fingerprint.h"

#include <bit>
#include <cstring>

#include "core/copy.h"
#include "graph/primitive.h"
#include "primitives/body.h"

namespace wg {
namespace {

class Fingerprint {
 public:
  Fingerprint(const Order& order, std::span<const Tensor> outputs,
              std::span<const Ref<Node>> leaves, Constants constants)
      : order_(order),
        do_constants_count_(constants == Constants::count),
        numbers_(order.size(), 0) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i]) numbers_[i] = ++count_;
    }
    for (const Ref<Node>& leaf : leaves) add_reference(leaf.pointer());
    for (const Tensor& output : outputs) {
      add_reference(output.node.pointer());
      add_type(output.dtype(), output.value.layout());
    }
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (order[i]) add(*order[i]);
    }
  }

  Table<std::int64_t> take() { return std::move(words_); }

 private:
  void add(const Node& node) {
    const Primitive& primitive = node.primitive();
    words_.push_back(std::bit_cast<std::int64_t>(&primitive));
    words_.push_back(node.is_differentiable());
    add_type(node.dtype(), node.layout());
    if (order_.is_end(&node)) return;
    const bool is_body = &primitive == &body_primitive();
    if (is_body || (node.payload() && primitive.words)) {
      parameters_.clear();
      if (is_body) {
        static_cast<const Body*>(node.payload())->words(parameters_, do_constants_count_);
      } else {
        primitive.words(node.payload(), parameters_);
      }
      words_.insert(words_.end(), parameters_.begin(), parameters_.end());
    } else if (do_constants_count_) {
      words_.push_back(std::bit_cast<std::int64_t>(node.payload()));
    }
    words_.push_back(node.arity());
    for (int k = 0; k < node.arity(); ++k)
      add(node.operands()[static_cast<std::size_t>(k)], primitive, k);
  }

  void add(const Operand& operand, const Primitive& primitive, int k) {
    if (add_reference(operand.node())) return;
    const Type type = operand.type();
    add_type(type.dtype, type.shape_layout());
    if (k >= primitive.first_index) {
      add_elements(dense(operand.value()));
    } else if (do_constants_count_) {
      const Array value = operand.value();
      words_.push_back(value.is_weak());
      if (value.is_scalar()) add_elements(value);
      if (value.has_block()) {
        words_.push_back(std::bit_cast<std::int64_t>(value.data()));
        const auto strides = value.layout().strides();
        words_.insert(words_.end(), strides.begin(), strides.end());
      }
    }
  }

  /// False if it is nothing that the sweep passes.
  bool add_reference(const Node* node) {
    const std::uint32_t place = node ? order_.place(node) : Order::nowhere;
    words_.push_back(place == Order::nowhere ? 0 : numbers_[place]);
    return place != Order::nowhere;
  }

  void add_type(DType dtype, const Layout& layout) {
    words_.push_back(static_cast<std::int64_t>(dtype) << 32 | layout.ndim());
    words_.insert(words_.end(), layout.shape().begin(), layout.shape().end());
  }

  void add_elements(const Array& x) {
    const std::size_t bytes = static_cast<std::size_t>(x.size()) * item_size(x.dtype());
    const std::size_t begin = words_.size();
    words_.resize(begin + (bytes + 7) / 8, 0);
    if (bytes > 0) std::memcpy(words_.data() + begin, x.data(), bytes);
  }

  const Order& order_;
  bool do_constants_count_;
  std::vector<std::int64_t> numbers_;  // of the nodes, by place, from 1
  std::int64_t count_ = 0;
  std::vector<std::int64_t> parameters_;
  Table<std::int64_t> words_;
};

}  // namespace

Table<std::int64_t> fingerprint(const Order& order, std::span<const Tensor> outputs,
                                std::span<const Ref<Node>> leaves, Constants constants) {
  return Fingerprint(order, outputs, leaves, constants).take();
}

}  // namespace wg
