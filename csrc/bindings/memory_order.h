/// NumPy's order "K": results of functions that work element by element lie in memory as their
/// operands do.
///
/// A Tensor lies in C order unless it has a window: that says where its elements stand among those
/// of the whole. So a result that lies otherwise is a window on a whole that has its axes in the
/// order of memory. That decides which of its reshapes are views, and elements are computed in the
/// order in which they lie.
#pragma once

#include <algorithm>
#include <span>

#include "bindings/operands.h"

namespace wg::bindings {

/// Whether an operand's elements lie in C order, though perhaps apart; what has less than two axes
/// does.
inline bool lies_in_rows(PyObject* operand) {
  if (is_tensor(operand)) {
    const Window* window = window_at(operand);
    return !window || window->is_whole() || window->layout()->ndim() < 2 ||
           window->layout()->is_dense();
  }
  return !PyArray_Check(operand) ||
         PyArray_IS_C_CONTIGUOUS(reinterpret_cast<PyArrayObject*>(operand));
}
inline bool lie_in_rows(std::span<PyObject* const> operands) {
  return std::ranges::all_of(operands, lies_in_rows);
}

/// The orders that NumPy's `order` names: rows first, columns first, those of operands that all
/// have columns first or else rows first, and as operands lie.
enum class Order : char { rows = 'C', columns = 'F', any = 'A', kept = 'K' };

/// Fails where `name` is none; `what` begins the error.
Order order_of(PyObject* name, const char* what);

/// The value of an elementwise function of operands that may lie otherwise, the objects and what
/// was read from them; null if it lies in C order, and nothing was done.
PyObject* apply_in_order(const Primitive& primitive, const Ref<Payload>& payload,
                         std::span<PyObject* const> objects, std::span<const Tensor> operands,
                         Order order = Order::kept);

void add_memory_order(PyObject* module);

}  // namespace wg::bindings
