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

/// No type that is compiled in, as those of numbers and arrays are, derives from one that is not.
inline bool is_tensor(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  return type == tensor_type ||
         (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && PyType_IsSubtype(type, tensor_type));
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

/// A Tensor object that is being made: where its Tensor goes, once that is there. If it never is,
/// there is no object either.
class NewTensor {
 public:
  NewTensor() : object_(PyObject_New(TensorObject, tensor_type)) {
    if (!object_) throw PythonError();
  }
  NewTensor(const NewTensor&) = delete;
  NewTensor& operator=(const NewTensor&) = delete;
  ~NewTensor() {
    if (!object_) return;
    ::new (place()) Tensor;
    Py_DECREF(object_);
  }
  Tensor* place() const { return &object_->tensor; }
  PyObject* release() { return reinterpret_cast<PyObject*>(std::exchange(object_, nullptr)); }

 private:
  TensorObject* object_;
};

/// A new Tensor object.
inline PyObject* wrap(Tensor&& tensor) {
  NewTensor made;
  const Node* node = (::new (made.place()) Tensor(std::move(tensor)))->node.pointer();
  PyObject* object = made.release();
  if (node && node->is_leaf()) [[unlikely]]
    show_gradient(*node);
  return object;
}

/// The text of a value, and whether that is one example's or one step's of many.
PyObject* said_of_many(const Tensor& tensor, Object text);

void add_tensor_type(PyObject* module);

}  // namespace wg::bindings
