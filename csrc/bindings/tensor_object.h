/// The Python type Tensor: a heap type made by hand, so that an operation costs tens of
/// nanoseconds.
#pragma once

#include "bindings/guard.h"
#include "graph/gradient_cell.h"
#include "graph/primitive.h"

namespace wg::bindings {

struct TensorObject {
  PyObject_HEAD Tensor tensor;
};

extern PyTypeObject* tensor_type;

inline bool is_tensor(PyObject* object) {
  return Py_TYPE(object) == tensor_type || PyType_IsSubtype(Py_TYPE(object), tensor_type);
}
inline Tensor& tensor_of(PyObject* object) {
  return reinterpret_cast<TensorObject*>(object)->tensor;
}

/// A new Tensor object.
inline PyObject* wrap(Tensor&& tensor) {
  auto* object = PyObject_New(TensorObject, tensor_type);
  if (!object) throw PythonError();
  ::new (&object->tensor) Tensor(std::move(tensor));
  if (GradientCell* cell = gradient_cell(object->tensor.node.pointer())) [[unlikely]]
    cell->show();
  return reinterpret_cast<PyObject*>(object);
}

void add_tensor_type(PyObject* module);

}  // namespace wg::bindings
