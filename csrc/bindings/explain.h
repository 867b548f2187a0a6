/// explain: a recorded graph with its values and cotangents, for Python to show.
#pragma once

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_explain(PyObject* module);

}  // namespace wg::bindings
