/// Choices between arrays by a condition, and triangles of matrices.
#pragma once

#include "core/array.h"

namespace wg::kernels {

/// condition ? x : y, broadcast to `shape`; `condition` is boolean, x and y are of one dtype.
Array select(const Array& condition, const Array& x, const Array& y, const Ref<Layout>& shape);

/// The matrices in the last two axes with zeros above (or below) a diagonal.
Array triangle(const Array& x, std::int64_t diagonal, bool is_lower);

}  // namespace wg::kernels
