/// Jacobians as sparse matrices, and their patterns.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_sparse_jacobian(PyObject* module);

}  // namespace wg::bindings
