/// Branches recorded as one operation.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_branches(PyObject* module);

}  // namespace wg::bindings
