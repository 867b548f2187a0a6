/// The Python type Jitted: a function that is recorded when it is first called, and replayed from
/// then on.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_jitted(PyObject* module);

}  // namespace wg::bindings
