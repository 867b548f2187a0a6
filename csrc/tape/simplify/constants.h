/// What the elements of constants say.
#pragma once

#include "core/array.h"

namespace wg::simplify {

/// What holds of a value for all inputs.
struct Facts {
  bool moves = false;          // a derivative may pass it
  bool is_dense = false;       // it lies in C order, without gaps
  bool is_quiet = false;       // none of its elements is a signalling NaN
  bool has_minus_zero = true;  // some element may be -0
};

/// The number that all elements of a constant are. A complex zero is plus_zero if both parts are.
enum class Uniform : std::uint8_t { none, plus_zero, minus_zero, one, other };

/// Nothing is said of the elements of large constants, and of those that their owner may write to.
Uniform uniform_of(const Array& value);
Facts facts_of(const Array& value);

}  // namespace wg::simplify
