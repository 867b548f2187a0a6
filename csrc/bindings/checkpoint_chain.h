/// Chains of steps of which few states are kept.
#pragma once

#include "bindings/guard.h"

namespace wg::bindings {

void add_checkpoint_chain(PyObject* module);

}  // namespace wg::bindings
