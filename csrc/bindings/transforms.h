/// grad, value_and_grad, vjp and no_grad: what the Python layer calls.
#pragma once

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_transforms(PyObject* module);

}  // namespace wg::bindings
