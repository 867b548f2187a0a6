/// Numbers of elements, from which sparsity rules make their statements.
#pragma once

#include "graph/dependence.h"
#include "graph/primitive.h"

namespace wg {

/// 0, 1, 2, ... in C order.
Array numbers_of(std::span<const std::int64_t> shape);
/// A view of an array, read as of a shape that it broadcasts to.
Array broadcast(const Array& x, std::span<const std::int64_t> shape);
/// A dense array's elements under another shape.
Array with_shape(const Array& x, std::span<const std::int64_t> shape);

/// Every element of the output depends on every element of the operand.
void state_all(const Tensor& operand, int number, const Type& y, Dependence& dependence);
/// The same of all operands from one on.
void state_all(std::span<const Tensor> x, std::size_t first, const Type& y, Dependence& dependence);
/// Every element depends on all of its line along a negative axis.
void state_lines(int operand, const Type& y, std::int64_t axis, Dependence& dependence);
/// Elements of an update are added to the output at `part`, the numbers of some of its elements.
void state_added(const Tensor& update, int number, const Array& part, Dependence& dependence);

}  // namespace wg
