/// Equations with triangular matrices.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// How a triangular matrix is read.
struct Triangular {
  bool is_lower = true;
  bool is_transposed = false;
  bool has_unit_diagonal = false;
};

/// Solves a x = b of n equations for k right-hand sides; all lie by rows, and x takes the place of
/// b. Zeros on the diagonal divide.
void solve_triangular(DType dtype, Triangular how, const std::byte* a, std::int64_t n, std::byte* b,
                      std::int64_t k);

/// The number from 1 of the first zero on the diagonal; 0 if there is none.
std::int64_t first_zero_pivot(DType dtype, const std::byte* a, std::int64_t n);

}  // namespace wg::kernels
