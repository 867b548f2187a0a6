/// Matrices that are zero off a band around the diagonal, in SciPy's form: element (i, j) lies in
/// row upper + i - j and column j, so that diagonals are rows.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// How wide the band is, below the diagonal and above.
struct Band {
  std::int64_t lower = 0, upper = 0;

  std::int64_t rows() const { return lower + 1 + upper; }
  Band transposed() const { return {upper, lower}; }
};

/// Solves a x = b, or the transpose of a, for n equations and k right-hand sides by rows, in the
/// place of b; by partial pivoting, or, for a positive definite a, without. `work` has room for
/// banded_work(). False if a pivot is zero, or not positive where that is needed.
bool solve_banded(DType dtype, Band band, bool is_transposed, bool is_definite, const std::byte* a,
                  std::int64_t n, std::byte* b, std::int64_t k, std::byte* work);
std::int64_t banded_work(DType dtype, Band band, std::int64_t n);

/// y = a x, or the product of the transpose of a, for x and y of k columns by rows.
void multiply_banded(DType dtype, Band band, bool is_transposed, const std::byte* a, std::int64_t n,
                     const std::byte* x, std::byte* y, std::int64_t k);

/// The band of x y^T, for x and y of k columns by rows, with zeros where a band has no elements.
void band_of_product(DType dtype, Band band, const std::byte* x, const std::byte* y, std::int64_t n,
                     std::int64_t k, std::byte* a);

}  // namespace wg::kernels
