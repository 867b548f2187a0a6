/// Values that a recording keeps: as they are now, whatever their owner writes to them later.
#pragma once

#include "core/array.h"

namespace wg {

/// The value itself, or of the caller's memory a copy: that which some recording holds already, if
/// the memory is in every bit as it was when that was made. Nobody writes to it.
Array lasting(const Array& value);

}  // namespace wg
