/// One step of a discrete Fourier transform, which the host evaluates: every line along one axis.
#pragma once

#include <cstdint>
#include <span>

#include "core/dtype.h"

namespace wg {

struct LineTransforms {
  enum class Kind : std::uint8_t { forward, inverse, real_forward, real_inverse };

  /// Numbers somewhere in memory; strides are in elements.
  struct Numbers {
    std::byte* data;
    DType dtype;
    std::span<const std::int64_t> shape, strides;
  };

  Kind kind;
  int axis;          // negative
  const char* norm;  // which direction is scaled, in NumPy's words
  Numbers x, y;      // of one shape, or half as long on the side of the spectrum of real numbers
};

}  // namespace wg
