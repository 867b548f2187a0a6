/// Calls of functions whose derivatives are stated.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_stated_calls(PyObject* module);

}  // namespace wg::bindings
