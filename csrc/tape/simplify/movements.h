/// Chains of views and copies that move elements, joined to one or cancelled.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// A slot that has the value of the application, or nowhere.
Slot by_movement(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
