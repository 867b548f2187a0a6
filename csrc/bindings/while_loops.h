/// Loops with a condition, recorded as one operation.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_while_loops(PyObject* module);

}  // namespace wg::bindings
