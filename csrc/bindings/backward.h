/// The style of objects: backward() adds derivatives to `.grad` of the leaves that ask for them.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_backward_methods(std::vector<PyMethodDef>& methods);
void add_gradient_attribute(std::vector<PyGetSetDef>& attributes);

}  // namespace wg::bindings
