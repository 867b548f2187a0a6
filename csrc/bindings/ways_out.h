/// The ways by which a value leaves its Tensor: as a number, an ndarray, memory, a text, a pickle.
#pragma once

#include <vector>

#include "bindings/numpy_api.h"
#include "graph/node.h"

namespace wg::bindings {

/// Fails where a value would leave the derivative that tracks it without anybody noticing.
void refuse_to_leave(const Tensor& tensor, const char* way);
/// The one number in a Tensor that nothing differentiates.
Array lone_number(PyObject* object, const char* way);

void add_ways_out(std::vector<PyMethodDef>& methods);
void add_array_attribute(std::vector<PyGetSetDef>& attributes);
void add_buffer_slots(std::vector<PyType_Slot>& slots);

}  // namespace wg::bindings
