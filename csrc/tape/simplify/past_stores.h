/// Parts that are taken out of an array one by one: each of the array as it was at first.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// Where an array that parts are stored in is read in other parts alone, and of no use in the end,
/// has these read what the stores went on from. The way back of `y[i] = ...` takes the cotangent of
/// each element out of the array of all, and leaves zero. Whether something changed: then stores
/// are of no use any more, and uses are to be counted again.
bool read_past_stores(Program& program);

}  // namespace wg::simplify
