/// Matrices by their stored elements, row by row.
#pragma once

#include "core/dtype.h"

namespace wg::kernels {

/// Where the elements of a matrix lie: those of row i, in the columns that are named, from
/// starts[i] to starts[i + 1]. Both are int32 or both int64.
struct Places {
  DType dtype;
  const std::byte* columns;
  const std::byte* starts;
  std::int64_t count, rows, width;

  /// Whether rows follow one another, and every column is there.
  bool are_inside() const;
};

/// y = a x, or the product of the transpose of a, for x and y of k columns by rows.
void multiply_sparse(DType dtype, const Places& places, bool is_transposed, const std::byte* a,
                     const std::byte* x, std::byte* y, std::int64_t k);

/// Of x y^T, for x and y of k columns by rows, the elements in the places.
void sample_product(DType dtype, const Places& places, const std::byte* x, const std::byte* y,
                    std::int64_t k, std::byte* a);

}  // namespace wg::kernels
