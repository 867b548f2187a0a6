#include "sweeps/packing.h"

#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg {

Tensor packed(std::span<const Tensor> values, Builder& builder) {
  if (values.size() == 1) return values[0];
  std::vector<Var> parts;
  for (const Tensor& value : values) {
    parts.push_back(reshape(builder.var(value), Shape{value.value.size()}));
  }
  return concatenate(parts, -1).tensor;
}

std::vector<Tensor> unpacked(const Tensor& vector, std::span<const Type> types, Builder& builder) {
  if (types.size() == 1) return {vector};
  std::vector<Tensor> values;
  std::int64_t first = 0;
  for (const Type& type : types) {
    const Var part = slice_axis(builder.var(vector), -1, first, type.size());
    values.push_back(reshape(part, Shape(type.shape())).tensor);
    values.back().value = values.back().value.with_weak(type.is_weak);
    first += type.size();
  }
  return values;
}

}  // namespace wg
