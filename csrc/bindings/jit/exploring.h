/// What a function may read from outside, found in its code and in what that leads to.
#pragma once

#include <span>
#include <vector>

#include "bindings/jit/surroundings.h"

namespace wg::bindings {

/// As it is now, and which memory is there. `also`: objects that a call gives the function, which
/// it may call or ask for attributes.
std::vector<Watch> watches_of(PyObject* function, std::span<PyObject* const> also,
                              FoundMemory& memory);

}  // namespace wg::bindings
