#include "bindings/nested.h"

#include <span>
#include <vector>

#include "bindings/containers.h"
#include "bindings/object_arrays.h"
#include "graph/var.h"
#include "primitives/movement.h"

namespace wg::bindings {
namespace {

bool holds_tensor(PyObject* nested) {
  const Level level;
  if (PyRange_Check(nested)) return false;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(nested); ++i) {
    PyObject* item = PySequence_Fast_GET_ITEM(nested, i);
    if (is_tensor(item) || (is_nested(item) && holds_tensor(item))) return true;
  }
  return false;
}

}  // namespace

bool is_nested(PyObject* object) {
  return PyList_Check(object) || PyTuple_Check(object) || PyRange_Check(object);
}

Tensor read_nested(PyObject* nested, const char* where) {
  const Level level;
  if (!holds_tensor(nested)) {
    const Object array = Object::take(PyArray_FROM_O(nested));
    auto* const values = reinterpret_cast<PyArrayObject*>(array.get());
    if (is_object_array(array.get())) return joined(values, where);
    return Tensor(array_of(values, where));
  }
  Eager eager;
  std::vector<Var> parts;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(nested); ++i) {
    parts.push_back(eager.var(operand_of(PySequence_Fast_GET_ITEM(nested, i), where)));
  }
  return stack(parts, -1 - parts[0].value().ndim()).tensor;
}

}  // namespace wg::bindings
