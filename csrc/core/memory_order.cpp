#include "core/memory_order.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace wg {
namespace {

enum class Verdict { none, as_it_is, swapped };

/// Whether operands have the axis `inner` inside of the axis `outer`.
Verdict compared(std::span<const Dims> strides, std::int64_t inner, std::int64_t outer) {
  Verdict verdict = Verdict::none;
  for (const Dims& s : strides) {
    const auto inside = std::abs(s[static_cast<int>(inner)]),
               outside = std::abs(s[static_cast<int>(outer)]);
    if (inside == 0 || outside == 0) continue;
    if (inside <= outside) return Verdict::as_it_is;
    verdict = Verdict::swapped;
  }
  return verdict;
}

}  // namespace

Dims kept_order(std::span<const Dims> strides, int ndim) {
  Dims order(ndim);
  std::iota(order.begin(), order.end(), 0);
  for (int axis = ndim - 2; axis >= 0; --axis) {
    int place = axis;
    for (int k = axis + 1; k < ndim; ++k) {
      const Verdict verdict = compared(strides, order[k], axis);
      if (verdict == Verdict::as_it_is) break;
      if (verdict == Verdict::swapped) place = k;
    }
    std::rotate(order.begin() + axis, order.begin() + axis + 1, order.begin() + place + 1);
  }
  if (std::is_sorted(order.begin(), order.end())) order.resize(0);
  return order;
}

Dims strides_in_order(const Dims& order, std::span<const std::int64_t> shape) {
  Dims strides(order.size());
  std::int64_t step = 1;
  for (int k = order.size() - 1; k >= 0; --k) {
    const auto axis = static_cast<int>(order[k]);
    strides[axis] = step;
    step *= std::max<std::int64_t>(shape[static_cast<std::size_t>(axis)], 1);
  }
  return strides;
}

}  // namespace wg
