/// Nested lists and tuples, and ranges, as one operand.
#pragma once

#include "bindings/operands.h"

namespace wg::bindings {

/// Whether an object is such a sequence.
bool is_nested(PyObject* object);

/// An array of the nested numbers, or of the Tensors that are among them, connected to each.
Tensor read_nested(PyObject* nested, const char* where);

}  // namespace wg::bindings
