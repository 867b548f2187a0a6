/// Where along axes the extrema are, and who has part in them.
#pragma once

#include "core/view.h"
#include "core/work.h"
#include "kernels/loops.h"
#include "kernels/reduce.h"

namespace wg::kernels {

/// The first position of the maximum or minimum of a dense x along a negative axis. The first
/// NaN, if there is one.
void arg_extremum(Fold extremum, const View& x, int axis, std::int64_t* out);

/// How much of the cotangent of its extremum each element of x receives: ties share equally. `y` is
/// the extremum, with axes of length one; `share` is dense.
void extremum_share(const View& x, const View& y, const Dims& axes, const View& share,
                    Workspace& work);
/// The same of rows of n numbers that lie one behind the other, of which the extrema are given;
/// `sum` is the fold of their dtype that counts.
void extremum_shares(const BlockFold& sum, const std::byte* x, const std::byte* extrema,
                     std::int64_t rows, std::int64_t n, std::byte* share);
/// The same of some of the elements whose one extremum is given, and shared by `ties`; how many of
/// them are it.
std::int64_t shares_of_extremum(const BlockFold& sum, const std::byte* x, const std::byte* extremum,
                                std::int64_t n, std::int64_t ties, std::byte* share);
void add_extremum_share(const View& x, const View& y, const Dims& axes, Work& work);

}  // namespace wg::kernels
