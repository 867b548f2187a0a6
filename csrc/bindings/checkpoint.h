/// Functions whose values are computed again instead of kept.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_checkpoint(PyObject* module);

}  // namespace wg::bindings
