/// The Python type Tensor: a heap type made by hand, so that an operation costs tens of
/// nanoseconds.
#pragma once

#include "bindings/guard.h"
#include "graph/primitive.h"

namespace wg::bindings {

struct TensorObject {
  PyObject_HEAD Tensor tensor;
};

extern PyTypeObject* tensor_type;

inline bool is_tensor(PyObject* object) {
  return Py_TYPE(object) == tensor_type || PyType_IsSubtype(Py_TYPE(object), tensor_type);
}

/// The Tensor of an object. Another thread may assign to the object whenever this one gives the
/// lock up or calls Python: this copy of the handle holds what was read.
inline Tensor read(PyObject* object) { return reinterpret_cast<TensorObject*>(object)->tensor; }
/// In place, without a count: for work that does neither.
inline const Tensor& read_in_place(PyObject* object) {
  return reinterpret_cast<TensorObject*>(object)->tensor;
}
/// Puts another Tensor in the object's place. What was there goes last: that may call Python.
void write(PyObject* object, Tensor tensor);

// Of leaves, which may have a gradient to show; few objects are.
void show_gradient(const Node& leaf);
void hide_gradient(const Node& leaf);

/// A new Tensor object of what an operation gave, which is no leaf.
inline PyObject* wrap_result(Tensor&& tensor) {
  auto* object = PyObject_New(TensorObject, tensor_type);
  if (!object) throw PythonError();
  ::new (&object->tensor) Tensor(std::move(tensor));
  return reinterpret_cast<PyObject*>(object);
}

/// A new Tensor object.
inline PyObject* wrap(Tensor&& tensor) {
  PyObject* object = wrap_result(std::move(tensor));
  const Node* node = reinterpret_cast<TensorObject*>(object)->tensor.node.pointer();
  if (node && node->is_leaf()) [[unlikely]]
    show_gradient(*node);
  return object;
}

/// The text of a value, and whether that is one example's or one step's of many.
PyObject* said_of_many(const Tensor& tensor, Object text);

void add_tensor_type(PyObject* module);

}  // namespace wg::bindings
