#include "sweeps/cotangents.h"

#include "graph/primitive.h"
#include "graph/witness.h"
#include "kernels/elementwise.h"
#include "primitives/registry.h"
#include "primitives/shape.h"

namespace wg {
namespace {

const Primitive& plus() {
  static const Primitive& row = primitive_named("add");
  return row;
}

/// sum += term, into whichever of the two nobody else sees.
void add_into(Array& sum, Array term) {
  const Kernel& kernel = elementwise_kernel(plus().elementwise->formula, sum.dtype());
  const Array* both[] = {&sum, &term};
  if (sum.is_scalar() && term.is_scalar()) {
    const std::byte* elements[] = {sum.data(), term.data()};
    kernel.scalar(elements, sum.mutable_data());
    return;
  }
  for (Array* target : {&sum, &term}) {
    if (target->is_writable_alone() && target->is_dense()) {
      evaluate_elementwise_into(kernel, both, *target);
      if (target == &term) sum = std::move(term);
      return;
    }
  }
  const bool is_batched = sum.is_batched();
  sum = evaluate_elementwise(kernel, both, sum.dtype(), sum.dtype(),
                             sum.is_dense() ? sum.layout_reference() : Layout::dense(sum.shape()));
  sum.set_batched(is_batched);
}

}  // namespace

void Cotangents::accumulate(std::uint32_t place, Array term) {
  Tensor& sum = sums_[place];
  if (recording.witness) {
    Evaluate evaluate;
    Eager eager;
    add_watched(place, sum.node ? static_cast<Builder&>(eager) : evaluate, std::move(term));
  } else if (!sum.value.is_defined()) {
    sum.value = std::move(term);
  } else if (sum.node) {
    Eager eager;
    add(place, eager, Tensor(std::move(term)));
  } else {
    add_into(sum.value, std::move(term));
  }
}

void Cotangents::add(std::uint32_t place, Builder& builder, Tensor term) {
  Tensor& sum = sums_[place];
  if (recording.witness) {
    add_watched(place, builder, std::move(term));
  } else if (!sum.value.is_defined()) {
    sum = std::move(term);
  } else if (!sum.node && !term.node) {
    add_into(sum.value, std::move(term.value));
  } else {
    Tensor operands[] = {std::move(sum), std::move(term)};
    sum = builder.apply(plus(), nullptr, operands);
  }
}

/// Finite numbers may add up to an infinite one.
void Cotangents::add_watched(std::uint32_t place, Builder& builder, Tensor term) {
  Tensor& sum = sums_[place];
  if (!sum.value.is_defined()) {
    sum = std::move(term);
    return;
  }
  const Node& node = *order_[place];
  const Tensor both[] = {sum, term};
  Tensor operands[] = {std::move(sum), std::move(term)};
  sum = builder.apply(plus(), nullptr, operands);
  recording.witness->derived({Derived::What::sum, node.primitive(), &node, {}, both, sum});
}

void Cotangents::add_at(std::uint32_t place, const Node& operand, Builder& builder,
                        Contribution c) {
  Tensor& sum = sums_[place];
  std::vector<Tensor> operands;
  operands.reserve(c.index.size() + 2);
  operands.push_back(sum.value.is_defined()
                         ? std::move(sum)
                         : Tensor(Array::zeros(operand.dtype(), operand.layout().shape())));
  operands.push_back(convert(c.value, operand.dtype()).tensor);
  for (Var& index : c.index) operands.push_back(std::move(index.tensor));
  sum = builder.apply(*c.at, std::move(c.payload), operands);
}

}  // namespace wg
