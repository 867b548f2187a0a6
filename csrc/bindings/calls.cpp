#include "bindings/calls.h"

#include "bindings/foreign_arrays.h"
#include "bindings/nested.h"
#include "graph/open_scope.h"
#include "graph/trace.h"
#include "primitives/registry.h"

namespace wg::bindings {

bool Borrowed::read_value(PyObject* object, bool defers) {
  tensor_ = &own_;
  if (read_native(object, own_)) return true;
  if (!is_nested(object)) return !(defers && decides_itself(object)) && read_foreign(object, own_);
  own_ = operand_of(object, "operand");
  return true;
}

Tensor convert_tensor(Tensor tensor, DType dtype) {
  if (tensor.dtype() == dtype) return tensor;
  static const Primitive& convert = primitive_named("convert");
  const ParameterValue parameter = dtype;
  Tensor one[] = {std::move(tensor)};
  return apply(convert, one, convert.make(std::span(&parameter, 1)));
}

Tensor cut(const Tensor& tensor) {
  require_in_reach(tensor);
  if (!this_thread.trace || !tensor.is_tracked()) return Tensor(tensor.value);
  const Untracked untracked;
  Tensor one[] = {tensor};
  return apply(identity_primitive(), one);
}

Array ones_like(const Array& like) {
  Array ones = Array::empty(like.dtype(), like.shape());
  visit(like.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::fill_n(ones.mutable_data<T>(), ones.size(), T(1));
  });
  return ones;
}

}  // namespace wg::bindings
