#include "bindings/iteration.h"

#include "bindings/indexing.h"
#include "bindings/tensor_object.h"

namespace wg::bindings {
namespace {

struct Iterator {
  PyObject_HEAD PyObject* tensor;
  std::int64_t at;
  std::int64_t step;
};

PyTypeObject* iterator_type = nullptr;

std::int64_t first_length(PyObject* tensor) { return read_type(tensor).value.shape()[0]; }

PyObject* iterate(PyObject* self, bool is_reversed) {
  if (read_type(self).value.ndim() == 0) {
    PyErr_SetString(PyExc_TypeError, "iter: a Tensor of shape () has no elements to iterate over");
    return nullptr;
  }
  auto* const made = PyObject_New(Iterator, iterator_type);
  if (!made) return nullptr;
  made->tensor = Py_NewRef(self);
  made->at = is_reversed ? first_length(self) - 1 : 0;
  made->step = is_reversed ? -1 : 1;
  return reinterpret_cast<PyObject*>(made);
}

PyObject* forwards(PyObject* self) { return iterate(self, false); }
PyObject* backwards(PyObject* self, PyObject*) { return iterate(self, true); }

PyObject* next(PyObject* object) {
  auto* const self = reinterpret_cast<Iterator*>(object);
  if (self->at < 0 || self->at >= first_length(self->tensor)) return nullptr;
  PyObject* const element = element_of(self->tensor, self->at);
  self->at += self->step;
  return element;
}

PyObject* length_hint(PyObject* object, PyObject*) {
  const auto* const self = reinterpret_cast<const Iterator*>(object);
  return PyLong_FromLongLong(self->step > 0 ? first_length(self->tensor) - self->at : self->at + 1);
}

void dealloc_iterator(PyObject* object) {
  PyTypeObject* const type = Py_TYPE(object);
  Py_DECREF(reinterpret_cast<Iterator*>(object)->tensor);
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

void add_iteration(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_tp_iter, reinterpret_cast<void*>(forwards)});
}

void add_iteration_methods(std::vector<PyMethodDef>& methods) {
  methods.push_back({"__reversed__", backwards, METH_NOARGS, nullptr});
}

void add_iterator_type() {
  static PyMethodDef methods[] = {{"__length_hint__", length_hint, METH_NOARGS, nullptr}, {}};
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(dealloc_iterator)},
                         {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
                         {Py_tp_iternext, reinterpret_cast<void*>(next)},
                         {Py_tp_methods, methods},
                         {0, nullptr}};
  PyType_Spec spec{"wengert.TensorIterator", sizeof(Iterator), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  iterator_type = reinterpret_cast<PyTypeObject*>(checked(PyType_FromSpec(&spec)));
}

}  // namespace wg::bindings
