#include "graph/evaluate.h"

#include "core/few.h"
#include "core/memory.h"

namespace wg {
namespace {

/// The workspace of one evaluation.
class Scratch {
 public:
  explicit Scratch(const Work& work) : bytes_(work.bytes) {
    if (bytes_ == 0) return;
    bytes_ = std::max(bytes_, aligned);
    memory_ = static_cast<std::byte*>(memory::allocate(bytes_));
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (memory_) memory::release(memory_, bytes_);
  }
  std::byte* memory() const { return memory_; }

 private:
  static constexpr std::size_t aligned = 129;  // larger blocks start on a cache line

  std::size_t bytes_;
  std::byte* memory_ = nullptr;
};

Array viewed(const Array& x, Viewed& view) {
  Type& type = view.type;
  if (&type.shape_layout() == &x.layout()) return x.with_weak(type.is_weak);
  if (type.layout) return x.view(std::move(type.layout), view.offset);
  const auto item = static_cast<std::int64_t>(item_size(x.dtype()));
  return Array::scalar_from(x.dtype(), x.data() + view.offset * item);
}

/// The memory of an operand, if nobody else sees it and the result fits.
bool take(const Primitive& primitive, std::span<Tensor> operands, unsigned takeable,
          const Type& type, Array& out) {
  takeable &= primitive.shares;
  for (std::size_t i = 0; takeable >> i != 0 && i < operands.size(); ++i) {
    Array& value = operands[i].value;
    if (!(takeable >> i & 1) || value.is_scalar() || value.dtype() != type.dtype ||
        !value.is_writable_alone() || !value.is_dense() ||
        !same_shape(value.layout(), type.shape_layout())) {
      continue;
    }
    Array rest = Array::abstract(value.dtype(), value.layout_reference(), value.is_weak());
    out = std::exchange(value, std::move(rest)).with_weak(false);
    out.set_batched(false);
    return true;
  }
  return false;
}

Array allocated(Type&& type) {
  if (type.layout && !type.layout->is_dense()) type.layout = Layout::dense(type.shape());
  return Array::empty(type.dtype, std::move(type.layout));
}

}  // namespace

Array evaluate(const Primitive& primitive, const Payload* payload, std::span<Tensor> operands,
               unsigned takeable) {
  if (primitive.compose) {
    Evaluate builder;
    return primitive.compose(payload, operands, builder);
  }
  Viewed view;
  if (primitive.view && primitive.view(payload, operands[0].type(), view)) {
    return viewed(operands[0].value, view);
  }
  if (primitive.elementwise) {
    const Tensor* pointers[2];
    for (std::size_t i = 0; i < operands.size(); ++i) pointers[i] = &operands[i];
    Array out;
    const std::span quick(pointers, operands.size());
    if (primitive.elementwise->evaluate_quickly(primitive, quick, out)) return out;
  }
  return evaluate_in_full(primitive, payload, operands, takeable);
}

Array evaluate_in_full(const Primitive& primitive, const Payload* payload,
                       std::span<Tensor> operands, unsigned takeable) {
  const std::size_t count = operands.size();
  Few<Type> types(count, [&](std::size_t i) { return operands[i].type(); });
  Type type = primitive.infer(payload, types);
  const bool is_weak = type.is_weak;
  Few<View> x(count, [&](std::size_t i) { return view_of(operands[i].value); });
  Array out;
  if (!take(primitive, operands, takeable, type, out)) out = allocated(std::move(type));
  const View y = view_of(out);
  const std::span<const View> results(&y, 1);
  const Scratch work(primitive.workspace ? primitive.workspace(payload, x, results) : Work());
  primitive.evaluate(payload, x, results, work.memory());
  if (is_weak) return out.with_weak(true);
  return out;
}

}  // namespace wg
