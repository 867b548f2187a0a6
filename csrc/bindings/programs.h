/// Programs in the hands of tests and tools: recorded, simplified, evaluated and written down.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_programs(PyObject* module);

}  // namespace wg::bindings
