/// Chains of stores in parts of one array: those that fill it are one stack, or concatenation.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// The index of a set_at_slice or an add_at_slice.
const Dims& index_of(const Instruction& store);

/// Whether something changed: then some instructions are of no use any more, and uses are to be
/// counted again.
bool merge_stores(Program& program);

}  // namespace wg::simplify
