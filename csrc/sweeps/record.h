/// Whether a sweep records what it does.
#pragma once

#include "graph/var.h"

namespace wg {

/// Whether the sweep's own operations are recorded where they depend on something tracked.
enum class Record : bool { no, yes };

}  // namespace wg
