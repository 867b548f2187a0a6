/// Iteration over the first axis of a Tensor. Python's own iterator would need the slot by which
/// NumPy takes an object for a sequence: of a number that it cannot convert it would then say so,
/// in the place of our error.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_iteration(std::vector<PyType_Slot>& slots);
void add_iteration_methods(std::vector<PyMethodDef>& methods);
void add_iterator_type();

}  // namespace wg::bindings
