/// Operations on values, recorded where these are tracked, that put batches of examples in order.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "graph/var.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {

/// Eager operations, written as rules write them.
class Eagerly {
 public:
  Var var(Tensor tensor) { return builder_.var(std::move(tensor)); }
  Tensor move_axis(Tensor x, int from, int to) {
    return wg::move_axis(var(std::move(x)), from, to).tensor;
  }
  Tensor rows(Tensor x, const Array& which) {
    const int rank = x.value.ndim();
    const Var index = var(Tensor(which));
    return gather(var(std::move(x)), std::span(&index, 1), Dims{-rank}, rank - 1).tensor;
  }
  /// The same for each of n examples.
  Tensor repeated(Tensor x, std::int64_t n) {
    Shape shape(x.value.shape());
    shape.insert(0, n);
    return broadcast_to(var(std::move(x)), std::move(shape)).tensor;
  }
  Tensor joined(std::span<const Tensor> parts) {
    std::vector<Var> vars;
    for (const Tensor& part : parts) vars.push_back(var(part));
    return concatenate(vars, -static_cast<std::int64_t>(parts[0].value.ndim())).tensor;
  }

 private:
  Eager builder_;
};

/// Places of examples, as an index.
inline Array numbers(std::span<const std::int64_t> values) {
  const std::int64_t shape[] = {static_cast<std::int64_t>(values.size())};
  Array array = Array::empty(DType::int64, shape);
  std::ranges::copy(values, array.mutable_data<std::int64_t>());
  return array;
}

}  // namespace wg
