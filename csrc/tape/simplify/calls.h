/// Calls of programs, opened: their instructions in their places.
#pragma once

#include "graph/program.h"

namespace wg::simplify {

/// A program whose calls are open, and which call each instruction stood in: 0 for none. There are
/// no numbers if there were no calls.
struct Opened {
  Program program;
  Table<std::uint32_t> calls;
};

/// The program with calls opened, those in calls as well, as long as that does not make it huge;
/// nothing if it has none.
Opened opened(const Program& program);

/// Whether there is anything to open.
bool has_calls(const Program& program);

}  // namespace wg::simplify
