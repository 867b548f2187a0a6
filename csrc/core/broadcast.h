/// NumPy's broadcasting of shapes.
#pragma once

#include <span>

#include "core/dims.h"
#include "core/layout.h"

namespace wg {

/// The common shape of two operands of `operation`; fails with both shapes when there is none.
Shape broadcast_shapes(std::string_view operation, std::span<const std::int64_t> a,
                       std::span<const std::int64_t> b);

/// The strides with which `layout` is read as `shape`, to which it broadcasts.
Dims broadcast_strides(const Layout& layout, std::span<const std::int64_t> shape);

/// Whether `from` broadcasts to `to`.
bool broadcasts_to(std::span<const std::int64_t> from, std::span<const std::int64_t> to);

}  // namespace wg
