/// Products of matrices by our own loops: every element is summed in the order of its terms.
#pragma once

#include "kernels/matmul.h"

namespace wg::kernels {

/// The dtype of these loops; that of complex numbers and booleans is none.
Number number_of(DType dtype);

/// Some rows and columns of a matrix, whose elements have `item` bytes.
Matrix part(const Matrix& m, std::int64_t item, std::int64_t row, std::int64_t rows,
            std::int64_t column, std::int64_t columns);

/// Whether columns of so many rows that are no neighbours are brought side by side on the way.
bool fits_in_strips(std::int64_t rows);

/// The dense product of two matrices of one dtype, which is not complex. Columns of b are
/// neighbours, or fit in strips. `end` may be null.
void own_product(DType dtype, const Matrix& a, const Matrix& b, std::byte* out,
                 const ProductEnd* end);

}  // namespace wg::kernels
