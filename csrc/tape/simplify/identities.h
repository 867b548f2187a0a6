/// Identities of arithmetic that hold in every bit.
#pragma once

#include "tape/simplify/draft.h"

namespace wg::simplify {

/// A slot that has the value of the application, or nowhere.
Slot by_identity(Draft& draft, const Applied& applied);

}  // namespace wg::simplify
