/// Arrays of other libraries, and whatever else NumPy makes an array of: by __array__,
/// __array_interface__, the buffer protocol or DLPack.
#pragma once

#include "bindings/tensor_object.h"

namespace wg::bindings {

/// Whether an object is of a class of a module, or of one below it; no module is loaded for that.
bool is_instance(PyObject* object, const char* module, const char* name);

/// A constant matrix or array of scipy.sparse.
bool is_sparse(PyObject* object);

/// Whether an object's class has one of these protocols, and is none of Python's or NumPy's own.
bool is_foreign_array(PyObject* object);

/// Reads a foreign array or number. False, without a Python error, if the object is none.
bool read_foreign(PyObject* object, Tensor& operand);

/// The Tensor that a container of another library is around, or that the Tensors it holds as
/// objects are joined to; none if it is none or holds others.
Object tensor_within(PyObject* object);

/// Whether an operator leaves the other operand to decide: its class means more than an array's
/// elements (units, say), and has operators that take Tensors.
bool decides_itself(PyObject* object);

}  // namespace wg::bindings
