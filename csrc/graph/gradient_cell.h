/// Where the gradient of a leaf that requires one is kept: in the leaf, not in the handle.
#pragma once

#include "graph/node.h"

namespace wg {

struct GradientCell final : Payload {
  Tensor gradient;
};

}  // namespace wg
