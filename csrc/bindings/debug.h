/// debug_nans: what turned finite numbers into others, and where.
#pragma once

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_debug(PyObject* module);

}  // namespace wg::bindings
