/// Nested lists and tuples as one operand.
#pragma once

#include "bindings/operands.h"

namespace wg::bindings {

/// An array of the nested numbers, or of the Tensors that are among them, connected to each.
Tensor read_nested(PyObject* nested, const char* where);

}  // namespace wg::bindings
