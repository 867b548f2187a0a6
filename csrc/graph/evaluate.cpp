#include "graph/evaluate.h"

#include "core/few.h"
#include "core/scratch.h"

namespace wg {
namespace {

/// The operand seen otherwise; undefined if it cannot be.
Array viewed(const Primitive& primitive, const Payload* payload, const Tensor& operand) {
  const Array& x = operand.value;
  Viewed view;
  if (!primitive.view(payload, operand.type(), view)) return {};
  Type& type = view.type;
  if (type.layout ? type.layout.pointer() == &x.layout() : x.ndim() == 0) {
    return x.with_weak(type.is_weak);
  }
  if (type.layout) return x.view(std::move(type.layout), view.offset);
  const auto item = static_cast<std::int64_t>(item_size(x.dtype()));
  return Array::scalar_from(x.dtype(), x.data() + view.offset * item);
}

/// An operand whose memory nobody else sees and the result fits in; null if there is none.
Tensor* takeable_for(const Type& y, unsigned mask, std::span<Tensor> operands) {
  for (std::size_t i = 0; mask >> i != 0 && i < operands.size(); ++i) {
    const Array& x = operands[i].value;
    const bool is_fit = (mask >> i & 1) && !x.is_scalar() && x.dtype() == y.dtype &&
                        x.is_writable_alone() && x.is_dense() &&
                        same_shape(x.layout(), y.shape_layout());
    if (is_fit) return &operands[i];
  }
  return nullptr;
}

/// The operand's memory; it keeps its type.
Array taken(Tensor& operand) {
  const Array& x = operand.value;
  Array out =
      std::exchange(operand.value, Array::abstract(x.dtype(), x.layout_reference(), x.is_weak()));
  out.set_weak(false);
  out.set_mark(false);
  return out;
}

Array memory_for(const Type& y) {
  if (!y.layout || y.layout->is_dense()) return Array::empty(y.dtype, y.layout);
  return Array::empty(y.dtype, y.shape());
}

}  // namespace

Array evaluate(const Primitive& primitive, const Payload* payload, std::span<Tensor> operands,
               unsigned takeable) {
  if (primitive.view) {
    if (Array out = viewed(primitive, payload, operands[0]); out.is_defined()) return out;
  } else if (primitive.elementwise) {
    const Tensor* pointers[2];
    for (std::size_t i = 0; i < operands.size(); ++i) pointers[i] = &operands[i];
    Array out;
    const std::span quick(pointers, operands.size());
    if (primitive.elementwise->evaluate_quickly(primitive, quick, false, out)) return out;
  } else if (primitive.put && (takeable & 1)) {
    if (primitive.put(payload, operands[0].value, operands[1].value)) return taken(operands[0]);
  }
  return evaluate_in_full(primitive, payload, operands, takeable);
}

Array evaluate_in_full(const Primitive& primitive, const Payload* payload,
                       std::span<Tensor> operands, unsigned takeable) {
  const std::size_t count = operands.size();
  Few<Type> types(count, [&](std::size_t i) { return operands[i].type(); });
  const Type type = primitive.infer(payload, types);
  Few<View> x(count, [&](std::size_t i) { return view_of(operands[i].value); });
  const unsigned mask = takeable & primitive.shares;
  Tensor* const operand = mask == 0 ? nullptr : takeable_for(type, mask, operands);
  Array out = operand ? taken(*operand) : memory_for(type);
  const View y = view_of(out);
  const std::span<const View> results(&y, 1);
  try {
    const Scratch work(primitive.workspace ? primitive.workspace(payload, x, results) : Work());
    primitive.evaluate(payload, x, results, work.memory());
  } catch (...) {
    if (operand) operand->value = std::move(out);  // whoever gave it may want it back
    throw;
  }
  out.set_weak(type.is_weak);
  return out;
}

}  // namespace wg
