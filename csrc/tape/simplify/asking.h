/// Who asks how values lie in memory.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// By slot: results keep the way they lie in memory, and so does what a view comes from that
/// somebody asks how it lies. What is read is compared element by element.
Table<std::uint8_t> asked_in(const Program& program);

}  // namespace wg::simplify
