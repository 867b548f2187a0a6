/// NumPy's protocols: its functions called on Tensors reach ours.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

/// Tensor.__array_ufunc__(ufunc, method, *inputs, **keywords).
PyObject* array_ufunc(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names);
/// Tensor.__array_function__(function, types, args, keywords).
PyObject* array_function(PyObject* self, PyObject* const* args, Py_ssize_t count);

void add_buffer_slots(std::vector<PyType_Slot>& slots);

/// Fills the table from NumPy's ufuncs to primitives, and adds `route(function, ours)`, with which
/// the Python layer adds its own functions.
void add_protocols(PyObject* module);

}  // namespace wg::bindings
