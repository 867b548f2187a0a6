/// What kind of object it is, for whoever follows what a function may read from outside.
#pragma once

#include <string_view>

#include "bindings/guard.h"

namespace wg::bindings {

/// Whether a class or one of its bases is called so.
bool is_called(PyTypeObject* type, std::string_view name);
bool is_partial(PyObject* object);
/// Whether it gets attributes, or calls methods, that are named in it.
bool is_getter(PyObject* object);
/// Whether it is an array of another library, or memory of any kind.
bool is_array_like(PyObject* object);
/// Whether each use of it gives something else: an iterator, a file, a generator of random numbers.
bool goes_on(PyObject* object);
/// Whether it is a function of Python's that reads attributes by name.
bool is_reflecting(PyObject* object);
/// Whether a transform made it of another function, which is its `__wrapped__`.
bool is_made_by_transform(PyObject* object);
/// Whether it is `os.environ`, or a function that reads it.
bool is_environment(PyObject* object);

}  // namespace wg::bindings
