/// How much a step does, by the types of its operands and results.
#pragma once

#include "tape/plan/steps.h"

namespace wg {

struct Tally {
  /// On elements: what computes or moves one counts as one, a product of matrices as its
  /// multiplications and additions, and factors of a matrix as n for each of their elements.
  std::int64_t operations = 0;
  /// Read and written outside of tiles and registers; elements that are repeated, once.
  std::int64_t bytes = 0;
};

Tally tally_of(const Program& program, const Steps& steps, std::size_t step);

}  // namespace wg
