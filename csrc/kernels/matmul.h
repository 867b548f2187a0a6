/// Products of matrices of any strides.
#pragma once

#include "core/array.h"
#include "kernels/loops.h"

namespace wg::kernels {

/// Steps are in elements.
struct Matrix {
  const std::byte* data = nullptr;
  std::int64_t rows = 0, columns = 0, row_step = 0, column_step = 0;
};

/// Which of two matrices multiply() takes as they lie; others are to be copied densely before.
struct Taken {
  bool left, right;
};
Taken taken(DType dtype, const Matrix& a, const Matrix& b);

/// Whether every element of such a product is summed one term after the other, so that its bits are
/// the same among others: however its operands lie, or where b `has_neighbours` for columns.
bool sums_in_order(DType dtype, std::int64_t m, std::int64_t n, std::int64_t k,
                   bool has_neighbours = false);

/// Whether something may become of every sum of such a product before it is written: the sum is
/// whole in a register. BLAS has an order of its own, in which what is added comes first.
bool takes_end(DType dtype, const Matrix& a, const Matrix& b);

/// The dense product of two matrices of one dtype that it takes. Through BLAS if there is one and
/// the product is large; transposed operands are not copied. Larger products are cut into pieces by
/// their shape alone. `end` may be null.
void multiply(DType dtype, const Matrix& a, const Matrix& b, std::byte* out,
              const ProductEnd* end = nullptr);

/// Many products of columns of m numbers by rows of n, which lie side by side; steps are from one
/// example to the next.
struct Outer {
  const std::byte *columns, *rows;
  std::int64_t column_step, row_step, m, n;
};
/// Whether they have a loop of their own, without a call for each.
bool has_outer_loop(DType dtype);
void multiply(DType dtype, const Outer& product, std::int64_t first, std::int64_t count,
              std::byte* out);

}  // namespace wg::kernels
