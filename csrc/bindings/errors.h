/// Python classes of the core's exceptions.
#pragma once

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_errors(PyObject* module);
PyObject* zero_derivative_warning();
PyObject* performance_warning();

}  // namespace wg::bindings
