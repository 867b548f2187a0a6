/// Elements that nobody reads: where some of an axis are all that is wanted of a value, they are
/// taken of what it is made of instead, and the others are never computed.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// A gather by constant indices, or a slice, goes from a large value to those that it is computed
/// from element by element, if nobody else reads more of what lies between. Whether something
/// changed: then uses are to be counted again.
bool select_early(Program& program);

}  // namespace wg::simplify
