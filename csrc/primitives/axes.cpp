#include "primitives/axes.h"

#include <algorithm>

#include "core/error.h"

namespace wg {

void check_axis(std::string_view operation, std::span<const std::int64_t> x, std::int64_t axis) {
  const auto rank = static_cast<std::int64_t>(x.size());
  if (axis >= 0 || axis < -rank) {
    fail<ShapeError>(operation, ": axis is ", axis, " and x is ", Dims(x),
                     "; an axis of x, counted from the end, is needed");
  }
}

void check_axes(std::string_view operation, std::span<const std::int64_t> x, const Dims& axes) {
  const auto rank = static_cast<std::int64_t>(x.size());
  for (const std::int64_t axis : axes) {
    if (axis >= 0 || axis < -rank || std::ranges::count(axes, axis) != 1) {
      fail<ShapeError>(operation, ": axes are ", axes, " and x is ", Dims(x),
                       "; each must be an axis of x, once, counted from the end");
    }
  }
}

}  // namespace wg
