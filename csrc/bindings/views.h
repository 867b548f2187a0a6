/// What Python asks of Tensors that may see the same memory.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_views(PyObject* module);

}  // namespace wg::bindings
