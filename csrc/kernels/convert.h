/// Conversion between dtypes.
#pragma once

#include "core/array.h"

namespace wg {

/// ndarray.astype: complex to real takes the real part, anything to bool compares with zero.
Array convert(const Array& array, DType dtype);

}  // namespace wg
