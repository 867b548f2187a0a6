/// Indices that are known, and bring columns side by side: no index is read for what can be
/// stacked.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// A slot that has the value of a gather, or of what is added at indices, or nowhere.
Slot by_interleaving(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
