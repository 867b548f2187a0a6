/// Choices between arrays by a condition, and triangles of matrices.
#pragma once

#include "core/view.h"

namespace wg::kernels {

/// condition ? x : y, broadcast; `condition` is boolean, x and y are of one dtype, `out` is dense.
void select(const View& condition, const View& x, const View& y, const View& out);

/// The matrices in the last two axes with zeros above (or below) a diagonal; all is dense.
void triangle(const View& x, std::int64_t diagonal, bool is_lower, const View& out);

}  // namespace wg::kernels
