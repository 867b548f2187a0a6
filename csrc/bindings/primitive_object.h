/// The Python type Primitive: a row of the registry that can be called, as NumPy's ufuncs can.
#pragma once

#include "bindings/guard.h"
#include "graph/primitive.h"

namespace wg::bindings {

/// The row that an object of the type stands for.
const Primitive& primitive_of(PyObject* object);

/// Adds the type, an object per primitive under its name, and the tuple `primitives` of all.
void add_primitives(PyObject* module);

}  // namespace wg::bindings
