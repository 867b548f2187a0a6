/// Blocks in which nothing is recorded: of a context, as Python's contextvars have it.
#pragma once

#include <cstdint>

#include "bindings/guard.h"

namespace wg::bindings {

/// Whether this context is in a block with a larger number.
bool is_in_no_grad(std::uint64_t opened);

void add_no_grad(PyObject* module);

}  // namespace wg::bindings
