/// Some instructions of a program as a program of their own.
#pragma once

#include <memory>
#include <vector>

#include "graph/program.h"

namespace wg {

/// Those of the instructions that are included, with inputs and results of their own.
std::shared_ptr<const Program> part_of(const Program& whole, const std::vector<bool>& included,
                                       std::span<const Slot> inputs, std::span<const Slot> results);

}  // namespace wg
