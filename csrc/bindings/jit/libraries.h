/// What belongs to an installed library, which is not looked into, and what to a user.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

/// Whether these are the globals of an installed library, which a user does not change.
bool is_of_library(PyObject* globals);
/// Whether it is a class of a user's.
bool is_of_user(PyTypeObject* type);
/// Whether a class, or one of its bases, is a container of Python's own that is written in Python:
/// its methods are not looked into, so that all attributes of its objects matter.
bool is_container_in_python(PyTypeObject* type);
/// Whether a class, or one of its bases, belongs to an installed library, Python's own apart: the
/// same holds for its objects.
bool has_methods_of_library(PyTypeObject* type);
/// Borrowed.
PyObject* dict_of_type(PyTypeObject* type);

}  // namespace wg::bindings
