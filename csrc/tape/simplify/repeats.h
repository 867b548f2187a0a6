/// What a program does again and again: Python's loops, written out.
#pragma once

#include <vector>

#include "graph/program.h"

namespace wg::simplify {

/// Instructions that do the same as those a period before, whatever values they do it with.
struct Repeat {
  std::uint32_t first, period, count;

  std::uint32_t end() const { return first + period * count; }
};

/// The number that a slice takes along the first axis, if that is all it takes there, else -1.
std::int64_t first_integer(const Instruction& instruction);

/// Repeats of at least so many instructions, in order and apart from one another. Slices that only
/// differ in `first_integer` are the same. Nothing is read within a repeat.
std::vector<Repeat> repeats_in(const Program& program, std::uint32_t least);

}  // namespace wg::simplify
