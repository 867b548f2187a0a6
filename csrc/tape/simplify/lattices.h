/// Index arrays of which every so-manieth index goes on by the same step.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wg::simplify {

/// `count` places from `first` on, `step` apart.
struct Progression {
  std::int64_t first, step, count;

  std::int64_t last() const { return first + (count - 1) * step; }
};

/// Progressions whose places take turns in a list of indices, from the index `begin` on.
struct Lattice {
  std::int64_t begin;
  std::vector<Progression> columns;
};

/// The lattices that a list of indices is made of, one behind the other; nothing where there are
/// many, or others between.
std::optional<std::vector<Lattice>> lattices_of(std::span<const std::int64_t> index);

}  // namespace wg::simplify
