/// Derivatives that are stated in Python.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_custom_rules(PyObject* module);

}  // namespace wg::bindings
