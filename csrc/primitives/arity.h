/// How many operands a primitive takes.
#pragma once

#include "graph/primitive.h"

namespace wg {

/// At least so many, where their number is left open: one, or an index behind what is indexed.
inline std::size_t fewest_operands(const Primitive& primitive) {
  if (primitive.arity >= 0) return static_cast<std::size_t>(primitive.arity);
  constexpr int no_index = 31;
  return primitive.first_index < no_index ? static_cast<std::size_t>(primitive.first_index) + 1 : 1;
}

}  // namespace wg
