/// The cofactors of a matrix.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// The derivative of the determinant in each element of a matrix by rows, whatever its rank; `work`
/// has room for cofactors_work(). False if singular values were needed, and not found.
std::int64_t cofactors_work(DType dtype, std::int64_t n);
bool cofactors(DType dtype, const std::byte* a, std::int64_t n, std::byte* y, std::byte* work);

}  // namespace wg::kernels
