/// Attributes of Tensor that tell of its type and of how it was made.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"

namespace wg::bindings {

void add_attributes(std::vector<PyGetSetDef>& attributes);

}  // namespace wg::bindings
