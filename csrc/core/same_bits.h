/// Arrays that are the same to the last bit.
#pragma once

#include "core/array.h"

namespace wg {

/// Whether every bit is the same: NaN equals itself, and -0.0 is not 0.0.
bool are_same_bits(const Array& one, const Array& other);

}  // namespace wg
