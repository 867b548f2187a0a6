/// The C functions of SciPy, for primitives that are computed number by number.
#pragma once

#include <string_view>
#include <vector>

#include "core/host_functions.h"

namespace wg::bindings {

/// Those of scipy.special.cython_special of this name; imports it, and fails if there is no SciPy.
std::vector<HostFunction> scipy_functions(std::string_view name);

}  // namespace wg::bindings
