/// Choices between arrays by a condition, and the places where a condition holds.
#pragma once

#include <vector>

#include "core/array.h"

namespace wg::kernels {

/// condition ? x : y, broadcast to `shape`; `condition` is boolean, x and y are of one dtype.
Array select(const Array& condition, const Array& x, const Array& y, const Ref<Layout>& shape);

/// The indices of the elements that are not zero, in C order: an array of int64 for each axis.
std::vector<Array> nonzero(const Array& x);

/// The matrices in the last two axes with zeros above (or below) a diagonal.
Array triangle(const Array& x, std::int64_t diagonal, bool is_lower);

}  // namespace wg::kernels
