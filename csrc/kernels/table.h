/// The elementwise kernels: one row per formula and dtype, filled for the level that this CPU runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/dtype.h"

namespace wg {

/// An operand along one run; a step of zero repeats one element.
struct Strided {
  const std::byte* data = nullptr;
  std::int64_t step = 1;  // in elements
};

/// A formula compiled for one dtype. Operands come in order; of a derivative, the output and the
/// cotangent follow them, and what residuals() does not name may be null. What is written is dense.
struct Kernel {
  using Forward = void (*)(const Strided* operands, std::byte* out, std::int64_t n);
  using Adjoint = void (*)(const Strided* operands, std::byte* gradient, std::int64_t n,
                           bool accumulate);
  using Scalar = void (*)(const std::byte* const* operands, std::byte* out);
  using ScalarAdjoint = void (*)(const std::byte* const* operands, std::byte* const* gradients);

  Forward forward = nullptr;
  Adjoint adjoint[2] = {};
  Scalar scalar = nullptr;  // one element of each operand
  ScalarAdjoint scalar_adjoint =
      nullptr;  // the contributions asked for by a pointer that is not null
};

/// The kernel of formula number `formula` of AllFormulas; its members are null if there is none.
const Kernel& elementwise_kernel(int formula, DType dtype);

/// baseline, avx2, avx512 or neon: the best that this CPU has, or what WENGERT_ISA names.
std::string_view isa_level();

}  // namespace wg
