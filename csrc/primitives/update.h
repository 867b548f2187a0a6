/// What the primitives that store in a part of their first operand have in common.
#pragma once

#include <string_view>

#include "graph/type.h"

namespace wg {

/// Fails where an update cannot be stored in a part, of the given shape, of a base.
void check_update(std::string_view operation, const Type& base, const Type& update,
                  std::span<const std::int64_t> part);

}  // namespace wg
