/// Python's operators on Tensors: one slot each, all of them rows of the registry.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

/// Appends the number and comparison slots.
void add_operator_slots(std::vector<PyType_Slot>& slots);

}  // namespace wg::bindings
