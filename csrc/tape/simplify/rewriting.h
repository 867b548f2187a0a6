/// One pass from the first instruction to the last: each becomes what the rules make of it.
#pragma once

#include "tape/simplify/calls.h"

namespace wg::simplify {

/// A program of equal values with common subexpressions joined, constants folded and identities
/// used, in which there may be dead code.
Program rewritten(const Program& program, const Table<std::uint32_t>& calls);

}  // namespace wg::simplify
