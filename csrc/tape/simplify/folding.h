/// Constant folding: what depends on constants alone is evaluated once.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// The value as a constant, or nowhere.
Slot folded(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
