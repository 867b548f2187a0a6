/// NumPy's protocols: its functions called on Tensors reach ours.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_protocol_methods(std::vector<PyMethodDef>& methods);

/// Fills the table from NumPy's ufuncs to primitives, and adds `route(function, ours)`, with which
/// the Python layer adds its own functions.
void add_protocols(PyObject* module);

}  // namespace wg::bindings
