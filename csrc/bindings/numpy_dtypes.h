/// NumPy's dtypes beside ours.
#pragma once

#include <optional>

#include "bindings/guard.h"
#include "core/dtype.h"

namespace wg::bindings {

std::optional<DType> dtype_of_number(int type_number);
int number_of_dtype(DType dtype);
/// The dtype that a Python object names; fails with a list of those that there are.
DType dtype_of_object(PyObject* object, const char* where);

}  // namespace wg::bindings
