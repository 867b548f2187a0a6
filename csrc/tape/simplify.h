/// Programs that compute the same with less work.
#pragma once

#include <memory>

#include "graph/program.h"

namespace wg {

/// A program of the same inputs, results and readings, equal to the given one in every bit of what
/// it returns and reads, and in what it raises. Where two NaNs meet that differ, which of them
/// stays is not defined: kernels for one element and for many have their own order. Derivatives are
/// those of the given program to rounding. Calls are opened, so a sweep over what is left keeps
/// more than one over the program as it was recorded, in which checkpoints still count. A program
/// that somebody watched stays as it is, so that errors name its lines.
std::shared_ptr<const Program> simplified(const Program& program);
/// The same of a program that somebody watched, too: each instruction has the node of the one in
/// whose place it stands, or of the call that it stood in.
std::shared_ptr<const Program> simplified_with_nodes(const Program& program);

}  // namespace wg
