/// Parts that are read of arrays in which they were stored before.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// A slot that has the value of the application, or nowhere.
Slot by_parts(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
