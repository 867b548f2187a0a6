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

/// No type that is compiled in, as those of numbers and arrays are, derives from one that is not.
inline bool is_tensor(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  return type == tensor_type ||
         (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && PyType_IsSubtype(type, tensor_type));
}

/// The handle itself, or the one inside of a recording that stands for it there.
TensorObject& handle_inside(TensorObject& handle);
inline TensorObject& handle_of(PyObject* object) {
  auto* handle = reinterpret_cast<TensorObject*>(object);
  if (traces_capturing > 0) [[unlikely]]
    return handle_inside(*handle);
  return *handle;
}
inline Window* window_at(PyObject* object) { return handle_of(object).window; }

/// The Tensor of an object in place, without a count: for work that neither gives the lock up nor
/// calls Python.
inline const Tensor& read_in_place(PyObject* object) {
  TensorObject& handle = handle_of(object);
  if (handle.window && !handle.window->is_current()) [[unlikely]]
    handle.window->refresh();
  return handle.tensor;
}
/// The same for other work: another thread may assign to the object meanwhile, and this copy of the
/// handle holds what was read.
inline Tensor read(PyObject* object) { return read_in_place(object); }
/// How many traces had been opened when its memory was made.
std::uint64_t born(PyObject* object);
/// Its type alone: the value may be of an older version.
inline const Tensor& read_type(PyObject* object) {
  return reinterpret_cast<TensorObject*>(object)->tensor;
}
/// Tells whoever captures what is outside that the object was written to.
void note_write(PyObject* object);
/// Puts another Tensor in the object's place, and in that of all that see the same memory. What was
/// there goes last: that may call Python.
void write(PyObject* object, Tensor tensor);
/// The object's window, made where it had none.
Window& window_of(PyObject* object);
/// Has whoever writes to the object be told that he cannot.
void make_read_only(PyObject* object);

// Of leaves, which may have a gradient to show; few objects are.
void show_gradient(const Node& leaf);
void hide_gradient(const Node& leaf);

/// A Tensor object that is being made: where its Tensor goes, once that is there. If it never is,
/// there is no object either.
class NewTensor {
 public:
  NewTensor() : object_(PyObject_New(TensorObject, tensor_type)) {
    if (!object_) throw PythonError();
    object_->window = nullptr;
    object_->born = traces_opened;
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

/// Its text was read, which is no matter where it is one of many.
void observe_text(const Tensor& tensor);
/// The text of a value, and whether that is one example's or one step's of many.
PyObject* said_of_many(const Tensor& tensor, Object text);

void add_tensor_type(PyObject* module);

}  // namespace wg::bindings
