/// Attributes and methods of Tensor that are not operators.
#pragma once

#include "bindings/tensor_object.h"

namespace wg::bindings {

PyMethodDef* tensor_methods();
PyGetSetDef* tensor_attributes();

}  // namespace wg::bindings
