/// Results stored in arrays that the caller gives: `out=` of NumPy's functions.
#pragma once

#include "bindings/operands.h"

namespace wg::bindings {

/// How a result goes where the caller wants it, in NumPy's terms.
struct Storing {
  PyObject* where = Py_True;  // the elements that are stored; others stay
  NPY_CASTING casting = NPY_SAME_KIND_CASTING;
  bool broadcasts = false;  // may repeat the result along axes of its place
};

/// Fails if NumPy does not cast so; `from` and `to` say what the dtypes are of.
void require_castable(const char* what, const char* from, DType given, const char* to, DType wanted,
                      NPY_CASTING casting);

/// Stores a result in a Tensor, in an ndarray, which holds no derivative, or in the one that a
/// tuple has, and gives a new reference to that.
PyObject* store(const char* what, PyObject* out, Tensor result, const Storing& how);

void add_storing(PyObject* module);

}  // namespace wg::bindings
