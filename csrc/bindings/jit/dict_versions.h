/// Whether a dict has changed since it was looked at.
#pragma once

#include <cstdint>

#include "bindings/guard.h"

namespace wg::bindings {

/// A number that is another one after every change of the dict's keys and values.
std::uint64_t version_of(PyObject* dict);

}  // namespace wg::bindings
