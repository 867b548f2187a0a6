/// A Python object that holds the plans of a Jacobian.
#pragma once

#include "bindings/guard.h"
#include "sweeps/plans.h"

namespace wg::bindings {

/// plans(): a new one.
PyObject* make_plans(PyObject*, PyObject*);
Plans& plans_of(PyObject* object);

}  // namespace wg::bindings
