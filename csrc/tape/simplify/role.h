/// What a primitive is to the rules that simplify programs.
#pragma once

#include <cstdint>

#include "graph/primitive.h"

namespace wg::simplify {

/// Primitives that a rule names.
enum class Kind : std::uint8_t {
  other,
  identity,
  positive,
  convert,
  add,
  subtract,
  multiply,
  divide,
  negative,
  absolute,
  power,
  chain,
  logical_not,
  conjugate,
  real,
  imag,
  complex,
  where,
  fold,   // sum, prod, max, min, any and all
  joins,  // stack and concatenate
  reshape,
  broadcast_to,
  transpose,
  flip,
  slice,
  add_at_slice,
  set_at_slice,
  as_strided,
  add_at_strided,
  set_at_strided,
  gather,
  add_at,
};

struct Role {
  Kind kind = Kind::other;
  /// Its floating-point results come out of arithmetic of the processor's, which makes every NaN a
  /// quiet one.
  bool is_quiet = false;
  /// No real result is -0, whatever the operands are.
  bool is_never_minus_zero = false;
  /// The results' bits do not depend on how the operands lie in memory: elements are taken one by
  /// one, or copied into C order first. Others, products of matrices say, ask strides which kernel
  /// to take.
  bool reads_elements = false;
};

/// Looked up by the primitive's address.
const Role& role_of(const Primitive& primitive);

}  // namespace wg::simplify
