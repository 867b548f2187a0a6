/// Loops that are there twice: as they were recorded, and with more rows for a derivative.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// Has one loop do the work of another that goes through the same steps and keeps more. `calls`:
/// see Draft; loops of different calls stay apart, for a checkpoint computes again what it does not
/// keep. Uses are not counted.
void merge_loops(Program& program, const Table<std::uint32_t>& calls);

}  // namespace wg::simplify
