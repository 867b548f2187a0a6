/// jvp and linearize: what the Python layer calls.
#pragma once

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_forward(PyObject* module);

}  // namespace wg::bindings
