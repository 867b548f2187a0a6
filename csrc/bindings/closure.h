/// The Python type Closure: a function with arguments of its own around those of a call.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_closure(PyObject* module);

}  // namespace wg::bindings
