#include "kernels/gather_rows.h"

#include <algorithm>

#include "core/copy.h"
#include "kernels/side_by_side.h"

namespace wg::kernels {
namespace {

template <class Unit>
void gather_neighbours(const Unit* from, std::int64_t rows, std::span<const std::int64_t> places,
                       Unit* to) {
  constexpr std::int64_t at_once = 8;
  const auto n = static_cast<std::int64_t>(places.size());
  for (std::int64_t begin = 0; begin < rows; begin += at_once) {
    const std::int64_t some = std::min(at_once, rows - begin);
    Unit* const target = to + begin * n;
    const auto source = [&](std::int64_t j) {
      return from + begin + places[static_cast<std::size_t>(j)];
    };
    std::int64_t j = 0;
    for (; j + 2 <= n; j += 2) bring_two(source(j), source(j + 1), some, target + j, n);
    if (j < n) bring_column(source(j), some, target + j, n);
  }
}

}  // namespace

void gather_rows(std::int64_t item, const std::byte* from, std::int64_t step, std::int64_t rows,
                 std::span<const std::int64_t> places, std::byte* to) {
  if (step == item && item == 8)
    return gather_neighbours(reinterpret_cast<const std::uint64_t*>(from), rows, places,
                             reinterpret_cast<std::uint64_t*>(to));
  if (step == item && item == 4)
    return gather_neighbours(reinterpret_cast<const std::uint32_t*>(from), rows, places,
                             reinterpret_cast<std::uint32_t*>(to));
  const auto n = static_cast<std::int64_t>(places.size());
  for (std::int64_t i = 0; i < rows; ++i)
    pick(item, from + i * step, places.data(), n, to + i * n * item);
}

}  // namespace wg::kernels
