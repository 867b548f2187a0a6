/// Reductions along axes, in an order that depends on the shape and the axes alone.
#pragma once

#include "core/view.h"
#include "core/work.h"
#include "kernels/loops.h"

namespace wg::kernels {

/// Joins the elements of a dense x along the given negative axes; in the dtype of x. Nothing joined
/// is 0 as a sum and 1 as a product; maximum and minimum need an element.
void fold(Fold fold, const View& x, const Dims& axes, std::byte* out, Workspace& work);
/// Room for what is joined along some of the axes and not yet along others, and for what pieces of
/// long runs join to.
void add_fold(const View& x, const Dims& axes, Work& work);

/// A sum of n numbers of float64 in two steps, with the bits of `fold`: each block of so many
/// numbers, the last of which may be shorter; then what the blocks come to, in their memory.
inline constexpr std::int64_t sum_block = 1024;
double sum_of_block(const double* x, std::int64_t n);
double joined_sum(double* sums, std::int64_t n);

/// A dense array seen along one axis: outer blocks of n rows of inner elements.
struct Along {
  std::int64_t outer = 1, n = 1, inner = 1;

  Along(std::span<const std::int64_t> shape, int axis);
};

}  // namespace wg::kernels
