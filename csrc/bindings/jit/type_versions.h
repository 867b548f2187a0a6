/// When a class has changed.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

/// A number that is another one after every change of the attributes and the bases of the class,
/// and of those of its bases; 0 if Python does not tell.
unsigned version_of_type(PyTypeObject* type);

}  // namespace wg::bindings
