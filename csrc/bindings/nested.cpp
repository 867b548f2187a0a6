#include "bindings/nested.h"

#include <span>
#include <vector>

#include "bindings/calls.h"
#include "bindings/containers.h"
#include "graph/var.h"
#include "primitives/movement.h"
#include "primitives/registry.h"

namespace wg::bindings {
namespace {

bool is_nested(PyObject* object) { return PyList_Check(object) || PyTuple_Check(object); }

bool holds_tensor(PyObject* nested) {
  const Level level;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(nested); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(nested, i);
    if (is_tensor(item) || (is_nested(item) && holds_tensor(item))) return true;
  }
  return false;
}

/// A Python number no longer yields in promotion once it is an element of an array. Arrays of
/// narrower dtypes than ours are weak as well, and yield in NumPy too.
Tensor strong(Tensor part) {
  if (!part.value.is_weak() || item_size(part.dtype()) < 8) return part;
  static const Primitive& convert = primitive_named("convert");
  const ParameterValue dtype = part.dtype();
  Tensor one[] = {std::move(part)};
  return apply(convert, one, convert.make(std::span(&dtype, 1)));
}

}  // namespace

Tensor read_nested(PyObject* nested, const char* where) {
  const Level level;
  if (!holds_tensor(nested)) {
    const Object array = Object::take(PyArray_FROM_O(nested));
    return Tensor(array_of(reinterpret_cast<PyArrayObject*>(array.get()), where));
  }
  Eager eager;
  std::vector<Var> parts;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(nested); ++i) {
    Tensor part = operand_of(PySequence_Fast_GET_ITEM(nested, i), where);
    parts.push_back(eager.var(strong(std::move(part))));
  }
  return stack(parts, -1 - parts[0].value().ndim()).tensor;
}

}  // namespace wg::bindings
