/// Every primitive that there is.
#pragma once

#include <span>
#include <string_view>

#include "graph/primitive.h"

namespace wg {

/// Formulas first, in the order of the kernels' table, then the structural primitives.
std::span<const Primitive* const> registry();

/// The primitive of that name; fails if there is none.
const Primitive& primitive_named(std::string_view name);

/// What leaves are, and what stands for a value where no derivative passes.
const Primitive& identity_primitive();

std::span<const Primitive> elementwise_rows();

}  // namespace wg
