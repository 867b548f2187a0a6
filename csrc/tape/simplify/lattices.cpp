#include "tape/simplify/lattices.h"

#include <algorithm>

namespace wg::simplify {
namespace {

constexpr std::size_t most_lattices = 16, most_columns = 64;
constexpr std::size_t fewest_indices = 1024;  // indices of a lattice
constexpr std::size_t fewest_rows = 16;

/// How many indices go on as those `columns` before them do, whole rows of them.
std::size_t reach(std::span<const std::int64_t> index, std::size_t columns) {
  std::size_t k = 2 * columns;
  while (k < index.size() &&
         index[k] - index[k - columns] == index[k - columns] - index[k - 2 * columns])
    ++k;
  return std::min(k, index.size()) / columns * columns;
}

std::optional<std::size_t> columns_of(std::span<const std::int64_t> index, std::size_t& length) {
  std::optional<std::size_t> best;
  length = 0;
  for (std::size_t columns = 1; columns <= most_columns; ++columns) {
    if (index.size() < fewest_rows * columns || 2 * length > index.size()) break;
    const std::size_t own = reach(index, columns);
    if (own < std::max(fewest_indices, fewest_rows * columns) || own <= length) continue;
    best = columns;
    length = own;
  }
  return best;
}

}  // namespace

std::optional<std::vector<Lattice>> lattices_of(std::span<const std::int64_t> index) {
  std::vector<Lattice> lattices;
  for (std::size_t begin = 0; begin < index.size();) {
    std::size_t length = 0;
    const auto columns = columns_of(index.subspan(begin), length);
    if (!columns || lattices.size() == most_lattices) return std::nullopt;
    Lattice lattice{static_cast<std::int64_t>(begin), {}};
    for (std::size_t c = 0; c < *columns; ++c) {
      const std::int64_t first = index[begin + c];
      lattice.columns.push_back({first, index[begin + *columns + c] - first,
                                 static_cast<std::int64_t>(length / *columns)});
    }
    lattices.push_back(std::move(lattice));
    begin += length;
  }
  return lattices;
}

}  // namespace wg::simplify
