/// Length and subscripts of Tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

/// x[i] of the first axis, which must be there; null with Python's error set.
PyObject* element_of(PyObject* self, std::int64_t i);

void add_indexing_slots(std::vector<PyType_Slot>& slots);

}  // namespace wg::bindings
