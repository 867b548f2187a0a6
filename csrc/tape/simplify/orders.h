/// The order of axes in which values are computed.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// What is computed element by element of smaller operands, as the differences of all points from
/// all centres, and read in other orders of its axes alone, is computed in one of these. Whether
/// something changed: then uses are to be counted again.
bool order_axes(Program& program);

}  // namespace wg::simplify
