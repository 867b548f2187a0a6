/// NumPy's arrays of objects: what it makes of numbers that it cannot convert, since their
/// derivative would be lost. It holds them one by one; here they are joined to one Tensor, and
/// taken apart.
#pragma once

#include "bindings/tensor_object.h"

namespace wg::bindings {

inline bool is_object_array(PyObject* object) {
  return PyArray_Check(object) &&
         PyArray_TYPE(reinterpret_cast<PyArrayObject*>(object)) == NPY_OBJECT;
}

/// Whether the value would leave a derivative, or is one of many.
inline bool is_bound_to_record(const Tensor& tensor) {
  return tensor.is_tracked() && (tensor.node->is_differentiable() || is_inexact(tensor.dtype()));
}

/// Whether NumPy is to hold it as it is. Of complex numbers that it held so, NumPy would take
/// imaginary parts that are 0.
inline bool is_held_as_object(const Tensor& tensor) {
  return tensor.value.ndim() == 0 && !is_complex(tensor.dtype()) && is_bound_to_record(tensor);
}

/// Calls a function that is being recorded. NumPy's functions that know no objects, and SciPy's,
/// say so in their own words; where one was given a Tensor that NumPy held, a note says what to
/// write.
Object call_recorded(PyObject* function, PyObject* args, PyObject* keywords);
/// NumPy is going to hold a Tensor as an object.
void note_that_one_is_held();

/// The Tensor of the elements, connected to each. They must be numbers: Tensors without axes,
/// Python's and NumPy's. `where` begins the error's message.
Tensor joined(PyArrayObject* objects, const char* where);

/// Whether numbers alone, and a Tensor among them, are in an array of objects.
bool holds_tensors(PyArrayObject* objects);

/// A new array of objects: an element of the Tensor each, connected to it.
PyObject* taken_apart(const Tensor& tensor);

}  // namespace wg::bindings
