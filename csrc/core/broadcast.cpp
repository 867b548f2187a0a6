#include "core/broadcast.h"

#include "core/error.h"

namespace wg {

Shape broadcast_shapes(std::string_view operation, std::span<const std::int64_t> a,
                       std::span<const std::int64_t> b) {
  const auto& longer = a.size() >= b.size() ? a : b;
  const auto& shorter = a.size() >= b.size() ? b : a;
  Shape shape(longer);
  const auto lead = longer.size() - shorter.size();
  for (std::size_t i = 0; i < shorter.size(); ++i) {
    std::int64_t& n = shape[static_cast<int>(lead + i)];
    if (n == shorter[i] || shorter[i] == 1) continue;
    if (n != 1) {
      fail<ShapeError>(operation, ": operands of shapes ", Dims(a), " and ", Dims(b),
                       "; shapes must be equal or broadcast (lengths equal or 1, from the right)");
    }
    n = shorter[i];
  }
  return shape;
}

Dims broadcast_strides(const Layout& layout, std::span<const std::int64_t> shape) {
  Dims strides(static_cast<int>(shape.size()), 0);
  const int lead = strides.size() - layout.ndim();
  for (int i = 0; i < layout.ndim(); ++i) {
    const auto k = static_cast<std::size_t>(i);
    strides[lead + i] = layout.shape()[k] == 1 ? 0 : layout.strides()[k];
  }
  return strides;
}

bool broadcasts_to(std::span<const std::int64_t> from, std::span<const std::int64_t> to) {
  if (from.size() > to.size()) return false;
  const auto lead = to.size() - from.size();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (from[i] != to[lead + i] && from[i] != 1) return false;
  }
  return true;
}

}  // namespace wg
