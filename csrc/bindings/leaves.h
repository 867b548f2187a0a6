/// Tensors that own their value and may require a gradient: made, copied, and assigned to.
#pragma once

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
/// A leaf of this value, whose gradient is kept in the cell.
Tensor leaf_with(Tensor value, Ref<Payload> cell);
/// Whether a leaf was there before the innermost trace, or stands there for one that was.
bool is_outside(const Node& leaf);
/// Fails where what happens to a leaf would not happen again with what is being recorded.
void require_inside(const char* where, const Node& leaf);

void add_leaf_methods(std::vector<PyMethodDef>& methods);

}  // namespace wg::bindings
