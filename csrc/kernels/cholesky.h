/// The Cholesky factor of a matrix.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// Makes of the lower triangle of a Hermitian matrix, by rows, the lower L with L L^H, in place;
/// what lies above becomes zero. False if a pivot is not positive.
bool cholesky(DType dtype, std::byte* a, std::int64_t n);

/// What a matrix fails at, found by writing over it.
struct Pivot {
  std::int64_t number;
  double value;
};
Pivot first_pivot_not_positive(DType dtype, std::byte* a, std::int64_t n);

}  // namespace wg::kernels
