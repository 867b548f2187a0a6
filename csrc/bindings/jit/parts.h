/// What objects of Python's own classes consist of, and when two are the same.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

/// A list of what an object consists of, in its order, beside what a plain tuple, list or dict
/// does: of sets, deques, views of dicts, ranges, slices, weak references, context variables, bound
/// methods of such classes and arrays of objects. Empty of others.
Object parts_of(PyObject* object);

/// The same, and what a tuple, a list or a dict holds: a plain tuple or list is that itself, of a
/// dict they are the keys and the values.
Object items_of(PyObject* object);

/// Whether an object with parts is told from others by itself alone, as a weak reference is.
bool is_known_by_identity(PyObject* object);

/// `==`, but that types, bits, and the order in which containers give what they hold, differ as
/// well.
bool is_exactly(PyObject* one, PyObject* other);

}  // namespace wg::bindings
