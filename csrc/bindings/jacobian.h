/// Jacobians: many seeds in one sweep.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_jacobian(PyObject* module);

}  // namespace wg::bindings
