#include "primitives/dependence.h"

#include <numeric>

#include "core/broadcast.h"
#include "core/copy.h"
#include "graph/evaluate.h"
#include "primitives/reduction.h"

namespace wg {

Array numbers_of(std::span<const std::int64_t> shape) {
  Array numbers = Array::empty(DType::int64, shape);
  auto* first = numbers.mutable_data<std::int64_t>();
  std::iota(first, first + numbers.size(), 0);
  return numbers;
}

Array broadcast(const Array& x, std::span<const std::int64_t> shape) {
  if (std::ranges::equal(x.shape(), shape)) return x;
  return x.view(Layout::strided(shape, broadcast_strides(x.layout(), shape)), 0);
}

Array with_shape(const Array& x, std::span<const std::int64_t> shape) {
  return dense(x).view(Layout::dense(shape), 0);
}

void state_all(const Tensor& operand, int number, const Type& y, Dependence& dependence) {
  dependence.on_groups(number, Array::zeros(DType::int64, y.shape()),
                       Array::zeros(DType::int64, operand.value.shape()));
}

void state_all(std::span<const Tensor> x, std::size_t first, const Type& y,
               Dependence& dependence) {
  for (std::size_t k = first; k < x.size(); ++k) {
    state_all(x[k], static_cast<int>(k), y, dependence);
  }
}

void state_lines(int operand, const Type& y, std::int64_t axis, Dependence& dependence) {
  const Array lines = broadcast(numbers_of(reduced_shape(y.shape(), Dims{axis}, true)), y.shape());
  dependence.on_groups(operand, lines, lines);
}

void state_added(const Tensor& update, int number, const Array& part, Dependence& dependence) {
  dependence.on_pairs(number, part, broadcast(numbers_of(update.value.shape()), part.shape()));
}

void state_moved(const Primitive& primitive, const Payload* self, std::span<const Tensor> x,
                 Dependence& dependence) {
  const std::size_t indices = std::min(x.size(), static_cast<std::size_t>(primitive.first_index));
  std::vector<Tensor> numbers;
  std::vector<Type> types;
  std::int64_t first = 1;
  bool is_known = true;
  for (std::size_t k = 0; k < x.size(); ++k) {
    types.push_back(x[k].type());
    if (k >= indices) {
      is_known &= !x[k].value.is_abstract();
      numbers.push_back(x[k]);
      continue;
    }
    numbers.emplace_back(dependence.counted(first, x[k].value.shape()));
    first += numbers.back().value.size();
  }
  if (is_known) return dependence.on_moved(evaluate(primitive, self, numbers, 0));
  const Type y = primitive.infer(self, types);
  for (std::size_t k = 0; k < indices; ++k) state_all(x[k], static_cast<int>(k), y, dependence);
}

}  // namespace wg
