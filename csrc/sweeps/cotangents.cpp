#include "sweeps/cotangents.h"

#include <algorithm>
#include <cassert>

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
  if (sum.is_scalar() && term.is_scalar()) {
    const std::byte* elements[] = {sum.data(), term.data()};
    kernel.scalar(elements, sum.mutable_data());
    return;
  }
  const View both[] = {view_of(sum), view_of(term)};
  for (Array* target : {&sum, &term}) {
    if (target->is_writable_alone() && target->is_dense()) {
      evaluate_elementwise(kernel, both, sum.dtype(), view_of(*target));
      if (target == &term) sum = std::move(term);
      return;
    }
  }
  Array out = sum.is_dense() ? Array::empty(sum.dtype(), sum.layout_reference())
                             : Array::empty(sum.dtype(), sum.shape());
  evaluate_elementwise(kernel, both, sum.dtype(), view_of(out));
  out.set_mark(sum.has_mark());
  sum = std::move(out);
}

Array zeros_of(const Node& node) { return Array::zeros(node.dtype(), node.layout().shape()); }

/// The same where a program is made: one number, which every such program has once.
Array zeros_in_one_place(const Node& node) {
  const auto shape = node.layout().shape();
  if (shape.empty()) return zeros_of(node);
  const Dims none(static_cast<int>(shape.size()), 0);
  return Array::zeros(node.dtype(), {}).view(Layout::strided(shape, none), 0);
}

}  // namespace

void Cotangents::add_chunk() {
  constexpr std::size_t at_once = 256;
  Table<Tensor>& chunk = chunks_.emplace_back(std::min(order_.size(), at_once));
  unused_.reserve(chunks_.size() * at_once);  // so that to take never allocates
  for (std::size_t i = chunk.size(); i-- > 0;) unused_.push_back(&chunk[i]);
}

Tensor& Cotangents::slot(std::size_t place) {
  if (Tensor* const sum = tensor(place)) return *sum;
  if (unused_.empty()) add_chunk();
  Tensor& sum = *unused_.back();
  unused_.pop_back();
  if (is_number(place)) sum = Array::scalar(number(place));
  kinds_[place] = Kind::tensor;
  sums_[place].tensor = &sum;
  return sum;
}

Tensor Cotangents::take(std::size_t place) {
  if (std::exchange(kinds_[place], Kind::nothing) == Kind::number) {
    return Array::scalar(number(place));
  }
  Tensor* const sum = sums_[place].tensor;
  unused_.push_back(sum);
  return std::move(*sum);
}

void Cotangents::add(std::uint32_t place, Tensor term) {
  assert(term.value.is_defined());
  Tensor& sum = slot(place);
  if (!sum.value.is_defined()) {
    sum = std::move(term);
  } else if (this_thread.witness) {
    add_watched(sum, *order_[place], std::move(term));
  } else if (!sum.node && !term.node) {
    add_into(sum.value, std::move(term.value));
  } else {
    sum = sum_of(std::move(sum), std::move(term));
  }
}

/// Finite numbers may add up to an infinite one.
void Cotangents::add_watched(Tensor& sum, const Node& node, Tensor term) {
  const Tensor both[] = {sum, term};
  sum = sum_of(std::move(sum), std::move(term));
  this_thread.witness->derived({Derived::What::sum, node.primitive(), &node, {}, both, sum});
}

Tensor Cotangents::sum_of(Tensor a, Tensor b) {
  const bool is_recorded = builders_.records(a) || builders_.records(b);
  const bool is_batched = a.is_batched() || b.is_batched();
  Tensor operands[] = {std::move(a), std::move(b)};
  return builders_.choose(is_recorded, is_batched).apply(plus(), nullptr, operands);
}

void Cotangents::add_at(std::uint32_t place, const Node& operand, Contribution c) {
  Tensor& sum = slot(place);
  if (c.at->put && !this_thread.witness && c.value.dtype() == operand.dtype() &&
      !builders_.records(sum) && !builders_.records(c.value.tensor)) {
    if (!sum.value.is_defined()) sum = Tensor(zeros_of(operand));
    if (c.at->put(c.payload.pointer(), sum.value, c.value.value())) return;
  }
  std::vector<Tensor> operands;
  operands.reserve(c.index.size() + 2);
  operands.push_back(sum.value.is_defined() ? std::move(sum) : Tensor(zeros_in_one_place(operand)));
  operands.push_back(convert(c.value, operand.dtype()).tensor);
  for (Var& index : c.index) operands.push_back(std::move(index.tensor));
  bool is_recorded = false, is_batched = false;
  for (const Tensor& part : operands) {
    is_recorded |= builders_.records(part);
    is_batched |= part.is_batched();
  }
  sum = builders_.choose(is_recorded, is_batched).apply(*c.at, std::move(c.payload), operands);
}

}  // namespace wg
