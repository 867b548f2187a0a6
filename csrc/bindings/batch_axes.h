/// Which axis of each array of a container counts the examples of a batch.
#pragma once

#include <optional>
#include <vector>

#include "bindings/guard.h"

namespace wg::bindings {

/// Whether an entry of in_axes or out_axes is an integer.
bool is_axis(PyObject* object);

/// The axis of a batch in each leaf of a container, none where the leaf is the same for all.
/// `axes` is an integer or None for all of `tree`, or a container of such for its parts.
void spread_axes(PyObject* axes, PyObject* tree, const char* what,
                 std::vector<std::optional<Py_ssize_t>>& out);

/// An axis counted from the front; `what` begins the error's message.
int normalized(Py_ssize_t axis, int rank, const char* what);

}  // namespace wg::bindings
