/// The sparsity sweep: which elements of the leaves each element of the outputs depends on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "graph/dependence.h"
#include "graph/var.h"
#include "sweeps/order.h"
#include "sweeps/pattern.h"

namespace wg {

/// What depends on what, by way of the cut: the values through which leaves reach everything else,
/// each of whose elements is an element of a leaf or a constant. Differentiated with respect to
/// these, not to the leaves, what a function computes lane by lane keeps its lanes apart, however
/// they share elements of the leaves.
struct Dependencies {
  Rows rows;                          // by element of the outputs, one output behind the other
  std::vector<std::uint32_t> cut;     // places of the nodes of the cut
  std::vector<std::int64_t> firsts;   // the column of the first element of each
  Table<std::int32_t> leaf_elements;  // by column: the element, leaves one behind the other, or -1
};

/// Throws TooDense where a pattern on the way has more than `most` entries.
Dependencies sparsity_sweep(const Order& order, std::span<const Tensor> outputs,
                            std::span<const Ref<Node>> leaves, std::size_t most = SIZE_MAX);

/// The pattern with respect to the leaves' elements.
Rows leaf_rows(const Dependencies& dependencies);

/// States on which elements of leaves, the operands of an operation, a result depends that was
/// recorded without values.
void state_pattern(const Tensor& result, std::span<const Tensor> leaves, Dependence& dependence);

/// States the entries of rows in some columns, which are the elements of an operand.
void state_columns(const Rows& rows, std::int64_t first, std::int64_t size, int operand,
                   Dependence& dependence);

}  // namespace wg
