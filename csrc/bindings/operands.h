/// Python objects as operands.
#pragma once

#include "bindings/numpy_arrays.h"
#include "bindings/numpy_dtypes.h"
#include "bindings/tensor_object.h"

namespace wg::bindings {

/// Reads a Tensor, a Python number, a NumPy scalar or an array; one of objects is joined. False,
/// without a Python error, if the object is none of these.
bool read_native(PyObject* object, Tensor& operand);

/// The same, and arrays of other libraries.
bool read_operand(PyObject* object, Tensor& operand);

/// The same, and nested lists and tuples of such, and ranges. `where` begins the error's message.
Tensor operand_of(PyObject* object, const char* where);

void add_operands(PyObject* module);

}  // namespace wg::bindings
