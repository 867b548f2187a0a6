/// A function of foreign code as an operation of a recording, called again wherever that is
/// evaluated again.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_host_calls(PyObject* module);

}  // namespace wg::bindings
