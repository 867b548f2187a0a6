/// Differences of all rows of one array from all of another, summed without being kept.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// x has n rows and y has m, of d numbers each; all are real.
struct Rows {
  std::int64_t n = 0, m = 0, d = 0;
};

/// Room for y by columns, which all of these need.
std::int64_t distances_work(DType dtype, const Rows& rows);

/// z[i, j], the sum of (x[i, k] - y[j, k])^2 over k, in order.
void squared_distances(DType dtype, const Rows& rows, const std::byte* x, const std::byte* y,
                       std::byte* z, std::byte* work);

/// z[i, k], the sum of w[i, j] (x[i, k] - y[j, k]) over j; a product with a factor of 0 is 0.
void weighted_differences(DType dtype, const Rows& rows, const std::byte* w, const std::byte* x,
                          const std::byte* y, std::byte* z, std::byte* work);

/// z[i, j], the sum of v[i, k] (x[i, k] - y[j, k]) over k; a product with a factor of 0 is 0.
void projected_differences(DType dtype, const Rows& rows, const std::byte* v, const std::byte* x,
                           const std::byte* y, std::byte* z, std::byte* work);

}  // namespace wg::kernels
