/// NumPy's arrays and scalars as arrays, and arrays as these and as Python's numbers.
#pragma once

#include "bindings/guard.h"
#include "core/array.h"

namespace wg::bindings {

/// The array of an ndarray, without a copy where dtype and strides allow.
Array array_of(PyArrayObject* array, const char* where);

/// A new ndarray, not filled.
PyObject* new_ndarray(DType dtype, std::span<const std::int64_t> shape);
/// A new ndarray. If nobody else holds the memory it is handed over, else it is copied.
PyObject* to_ndarray(Array array);
/// A new read-only ndarray of the same memory.
PyObject* view_as_ndarray(const Array& array);
/// A NumPy scalar of a value of one element.
PyObject* to_numpy_scalar(const Array& array);
/// A Python bool, int, float or complex of a value of one element.
PyObject* to_python_number(const Array& array);

}  // namespace wg::bindings
