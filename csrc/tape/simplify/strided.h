/// Parts by strides that basic indices name as well, which other rules understand.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// A slot that has the value of the application, or nowhere.
Slot by_basic_index(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
