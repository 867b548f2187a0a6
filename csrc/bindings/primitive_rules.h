/// The rules of a primitive that need no graph, as methods of its Python object: for tests.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

extern PyMethodDef primitive_rules[];

}  // namespace wg::bindings
