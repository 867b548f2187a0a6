/// The methods that NumPy's ufuncs call on numbers which it holds as objects: np.exp of an array of
/// objects calls x.exp() of each.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

/// Their names.
PyObject* object_method_names();

void add_object_methods(std::vector<PyGetSetDef>& attributes);

}  // namespace wg::bindings
