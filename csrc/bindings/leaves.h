/// Tensors that own their value and may require a gradient: made, copied, and assigned to.
#pragma once

#include <string_view>
#include <vector>

#include "bindings/numpy_api.h"
#include "graph/gradient_cell.h"

namespace wg::bindings {

/// A place for the gradient of a new leaf.
Ref<Payload> new_cell();
/// That of a Tensor that requires a gradient; null of any other.
GradientCell* cell_of(const Tensor& tensor);
/// A Tensor of the same value and of its own memory, which no derivative passes; a leaf, if there
/// is a cell for its gradient.
Tensor make_tensor_value(const char* where, const Tensor& given, DType dtype, Ref<Payload> cell);
/// Whether what is being recorded is told that this will not happen again with it; there is a
/// trace. Otherwise it cannot happen.
bool happens_once(std::string_view why);
/// Fails where what happens to a leaf would not happen again with what is being recorded, unless it
/// happens once: whether it does.
bool require_inside(const char* where, const Node& leaf);

void add_leaf_methods(std::vector<PyMethodDef>& methods);

}  // namespace wg::bindings
