/// Sets joined along the edges of a graph.
#pragma once

#include "sweeps/pattern.h"

namespace wg {

/// For each node the union of its set with those of all nodes that it leads to, by any number of
/// edges. `edges`, `sets`: by node; of columns below a number. Throws TooDense where the unions
/// have more than `most` members. Nodes on a circle share a set: the time is that of joining the
/// sets of strongly connected components, in the order in which Tarjan's algorithm (1972) finds
/// them.
Pattern joined_along(const Rows& edges, const Rows& sets, std::int64_t columns, std::size_t most);

}  // namespace wg
