/// Length, iteration and subscripts of Tensors.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_indexing_slots(std::vector<PyType_Slot>& slots);

}  // namespace wg::bindings
