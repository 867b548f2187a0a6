/// Colouring: which seeds can go through one sweep and still be told apart.
#pragma once

#include <cstdint>
#include <span>

#include "sweeps/pattern.h"

namespace wg {

/// A colour from 0 for each item; -1 for those that need none.
struct Colouring {
  Table<std::int32_t> colours;
  std::int64_t count = 0;
};

/// Colours such that items with a member in common differ. `members[i]` are those of item i and
/// `items[m]` the items of member m: columns and their rows, or rows and their columns. By the
/// greedy method, in order.
Colouring colour_apart(const Rows& members, const Rows& items);

/// Colours of a symmetric pattern such that either (i, j) or (j, i) stands alone: in row i there is
/// no other entry of j's colour, or in row j none of i's. By the greedy method on stars; an item
/// with far more neighbours than usual has a colour of its own.
Colouring colour_stars(const Rows& rows);

}  // namespace wg
