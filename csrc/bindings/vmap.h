/// vmap: a function recorded on one example and evaluated for all.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_vmap(PyObject* module);

}  // namespace wg::bindings
