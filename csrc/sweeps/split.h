/// A program in two parts, of which the second reads what the first has kept for it.
#pragma once

#include <memory>
#include <vector>

#include "graph/program.h"

namespace wg {

/// The first part is what depends on none of the late inputs.
struct Split {
  std::shared_ptr<const Program>
      first;  // from all early inputs to the early results and what is kept
  std::shared_ptr<const Program> second;  // from early inputs, late inputs and what is kept
  std::vector<Type> kept;
};

/// `early_inputs` and `early_results` say how many come first. Early inputs marked `is_at_hand` are
/// there for the second part as well; others it reads are kept. What follows from such inputs alone
/// that never change (`is_fixed`), and what is seen otherwise, the second part makes anew.
Split split(const Program& program, std::size_t early_inputs, std::size_t early_results,
            const std::vector<bool>& is_at_hand, const std::vector<bool>& is_fixed);

}  // namespace wg
