/// Axes along which each element of a result is computed of the elements at the same place.
#pragma once

#include <optional>

#include "graph/program.h"

namespace wg::simplify {

/// Counted from the end; 0: the operand has no such axis, or repeats its one element along it.
using Axis = int;

/// The axis of operand `k` that is axis `y` of the result. Nothing if elements of the result depend
/// on others along it, or their bits on how many there are: if `count` are left.
std::optional<Axis> axis_in_operand(const Program& program, const Instruction& instruction,
                                    std::size_t k, Axis y, std::int64_t count);

/// The parameters of the instruction where `count` elements of that axis are left.
Ref<Payload> with_fewer(const Program& program, const Instruction& instruction, Axis y,
                        std::int64_t count);

}  // namespace wg::simplify
