/// Python objects as operands, and values as Python objects.
#pragma once

#include <optional>

#include "bindings/tensor_object.h"

namespace wg::bindings {

/// Reads a Tensor, a Python number, a NumPy scalar or an array. False, without a Python error, if
/// the object is none of these.
bool read_operand(PyObject* object, Tensor& operand);

/// The same, and nested lists and tuples of such. `where` begins the error's message.
Tensor operand_of(PyObject* object, const char* where);

/// The array of an ndarray, without a copy where dtype and strides allow.
Array array_of(PyArrayObject* array, const char* where);

/// The dtype that a Python object names; fails with a list of those that there are.
DType dtype_of_object(PyObject* object, const char* where);
std::optional<DType> dtype_of_number(int type_number);
int number_of_dtype(DType dtype);

/// A new ndarray. If nobody else holds the memory it is handed over, else it is copied.
PyObject* to_ndarray(Array array);
/// A new read-only ndarray of the same memory.
PyObject* view_as_ndarray(const Array& array);
/// A NumPy scalar of a value of one element.
PyObject* to_numpy_scalar(const Array& array);
/// A Python bool, int, float or complex of a value of one element.
PyObject* to_python_number(const Array& array);

}  // namespace wg::bindings
