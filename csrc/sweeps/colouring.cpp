/// Both methods: A. H. Gebremedhin, F. Manne and A. Pothen, "What color is your Jacobian? Graph
/// coloring for computing derivatives", SIAM Review 47 (2005), algorithms 3.1 and 4.1.
#include "sweeps/colouring.h"

#include <algorithm>

namespace wg {
namespace {

constexpr std::int64_t most_work = 1 << 30;  // pairs looked at, beyond which no colouring pays

/// Which colours the item at hand may not have.
class Forbidden {
 public:
  void forbid(std::int32_t colour) {
    if (colour < 0) return;
    const auto at = static_cast<std::size_t>(colour);
    if (at >= by_.size()) by_.resize(at + 1, -1);
    by_[at] = item_;
  }
  void begin(std::size_t item) { item_ = static_cast<std::int64_t>(item); }
  std::int32_t first_free(std::int32_t from = 0) const {
    auto colour = static_cast<std::size_t>(from);
    while (colour < by_.size() && by_[colour] == item_) ++colour;
    return static_cast<std::int32_t>(colour);
  }

 private:
  std::vector<std::int64_t> by_;  // by colour: the last item that may not have it
  std::int64_t item_ = -1;
};

Colouring all_different(const Rows& members) {
  Colouring result;
  for (std::size_t i = 0; i < members.size(); ++i) {
    result.colours.push_back(members[i].empty() ? -1 : static_cast<std::int32_t>(result.count++));
  }
  return result;
}

}  // namespace

Colouring colour_apart(const Rows& members, const Rows& items) {
  std::int64_t work = 0;
  for (std::size_t m = 0; m < items.size(); ++m) {
    const auto size = static_cast<std::int64_t>(items[m].size());
    work += size * size;
    if (work > most_work) return all_different(members);
  }
  Colouring result;
  result.colours.assign(members.size(), -1);
  Forbidden forbidden;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].empty()) continue;
    forbidden.begin(i);
    for (const std::int32_t m : members[i]) {
      for (const std::int32_t other : items[static_cast<std::size_t>(m)]) {
        forbidden.forbid(result.colours[static_cast<std::size_t>(other)]);
      }
    }
    const std::int32_t colour = forbidden.first_free();
    result.colours[i] = colour;
    result.count = std::max<std::int64_t>(result.count, colour + 1);
  }
  return result;
}

Colouring colour_stars(const Rows& rows) {
  const std::size_t n = rows.size();
  constexpr std::size_t usual = 32;
  const std::size_t crowded = usual + usual * (n ? rows.columns.size() / n : 0);
  Colouring result;
  result.colours.assign(n, -1);
  auto& colours = result.colours;
  std::int64_t work = 0;
  for (std::size_t v = 0; v < n; ++v) {
    const auto size = static_cast<std::int64_t>(std::min(rows[v].size(), crowded));
    work += size * size * size;
    if (work > most_work) return all_different(rows);
  }
  const auto is_crowded = [&](std::size_t i) { return rows[i].size() > crowded; };
  for (std::size_t i = 0; i < n; ++i) {
    if (is_crowded(i)) colours[i] = static_cast<std::int32_t>(result.count++);
  }
  const auto own = static_cast<std::int32_t>(result.count);
  Forbidden forbidden;
  for (std::size_t v = 0; v < n; ++v) {
    if (colours[v] >= 0 || rows[v].empty()) continue;
    forbidden.begin(v);
    for (const std::int32_t w : rows[v]) {
      const auto at_w = static_cast<std::size_t>(w);
      if (at_w == v || is_crowded(at_w)) continue;
      const std::int32_t colour_w = colours[at_w];
      forbidden.forbid(colour_w);
      for (const std::int32_t x : rows[at_w]) {
        const auto at_x = static_cast<std::size_t>(x);
        const std::int32_t colour_x = colours[at_x];
        if (at_x == v || at_x == at_w || colour_x < own) continue;
        if (colour_w < 0) {
          forbidden.forbid(colour_x);
          continue;
        }
        // A path v, w, x, y of two colours is no star.
        for (const std::int32_t y : rows[at_x]) {
          if (y != w && y != x && colours[static_cast<std::size_t>(y)] == colour_w) {
            forbidden.forbid(colour_x);
            break;
          }
        }
      }
    }
    colours[v] = forbidden.first_free(own);
    result.count = std::max<std::int64_t>(result.count, colours[v] + 1);
  }
  return result;
}

}  // namespace wg
