#include "bindings/indexing.h"

#include "bindings/calls.h"

namespace wg::bindings {
namespace {

Py_ssize_t length(PyObject* self) {
  const Array& value = tensor_of(self).value;
  if (value.ndim() == 0) {
    PyErr_SetString(PyExc_TypeError, "len: a Tensor of shape () has no length");
    return -1;
  }
  return static_cast<Py_ssize_t>(value.shape()[0]);
}

}  // namespace

void add_indexing_slots(std::vector<PyType_Slot>& slots) {
  slots.push_back({Py_sq_length, reinterpret_cast<void*>(length)});
  slots.push_back({Py_mp_length, reinterpret_cast<void*>(length)});
}

}  // namespace wg::bindings
