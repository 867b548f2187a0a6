/// The Python type Tensor: a heap type made by hand, so that an operation costs tens of
/// nanoseconds.
#pragma once

#include "bindings/guard.h"
#include "graph/primitive.h"
#include "primitives/storage.h"

namespace wg::bindings {

struct TensorObject {
  PyObject_HEAD Tensor tensor;
  Window* window;      // if other objects may see the same memory
  std::uint64_t born;  // how many traces had been opened
};

extern PyTypeObject* tensor_type;

inline bool is_tensor(PyObject* object) {
  return Py_TYPE(object) == tensor_type || PyType_IsSubtype(Py_TYPE(object), tensor_type);
}

/// The Tensor of an object in place, without a count: for work that neither gives the lock up nor
/// calls Python.
inline const Tensor& read_in_place(PyObject* object) {
  auto* handle = reinterpret_cast<TensorObject*>(object);
  if (handle->window && !handle->window->is_current()) [[unlikely]]
    handle->window->refresh();
  return handle->tensor;
}
/// The same for other work: another thread may assign to the object meanwhile, and this copy of the
/// handle holds what was read.
inline Tensor read(PyObject* object) { return read_in_place(object); }
/// The same where the type alone is asked for: the value may be of an older version.
inline const Tensor& read_type(PyObject* object) {
  return reinterpret_cast<TensorObject*>(object)->tensor;
}
/// Puts another Tensor in the object's place, and in that of all that see the same memory. What was
/// there goes last: that may call Python.
void write(PyObject* object, Tensor tensor);
/// The object's window, made where it had none.
Window& window_of(PyObject* object);

// Of leaves, which may have a gradient to show; few objects are.
void show_gradient(const Node& leaf);
void hide_gradient(const Node& leaf);

/// A new Tensor object of what an operation gave, which is no leaf.
inline PyObject* wrap_result(Tensor&& tensor) {
  auto* object = PyObject_New(TensorObject, tensor_type);
  if (!object) throw PythonError();
  ::new (&object->tensor) Tensor(std::move(tensor));
  object->window = nullptr;
  object->born = traces_opened;
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
