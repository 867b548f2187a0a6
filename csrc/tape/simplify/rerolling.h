/// Loops of what a Python loop has written out.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// Whether long repeats became loops: then some instructions are of no use any more, and uses are
/// to be counted again.
bool reroll(Program& program);

}  // namespace wg::simplify
