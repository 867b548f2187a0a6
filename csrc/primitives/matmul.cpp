#include "primitives/matmul.h"

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"
#include "kernels/convert.h"
#include "kernels/matmul.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg {
namespace {

/// The last two axes of an operand, as a matrix.
kernels::Matrix matrix(const Array& x, bool is_left) {
  const Layout& layout = x.layout();
  const auto rank = static_cast<std::size_t>(layout.ndim());
  const auto shape = layout.shape(), strides = layout.strides();
  if (rank == 1 && is_left) return {x.data(), 1, shape[0], 0, strides[0]};
  if (rank == 1) return {x.data(), shape[0], 1, strides[0], 0};
  return {x.data(), shape[rank - 2], shape[rank - 1], strides[rank - 2], strides[rank - 1]};
}

std::span<const std::int64_t> batch_shape(std::span<const std::int64_t> shape) {
  return shape.first(shape.size() < 2 ? 0 : shape.size() - 2);
}

Shape product_shape(std::span<const std::int64_t> x, std::span<const std::int64_t> y) {
  if (x.empty() || y.empty()) {
    fail<ShapeError>("matmul: x is ", Dims(x), " and y is ", Dims(y),
                     "; both need at least one axis, multiply serves scalars");
  }
  const std::int64_t inner = y.size() == 1 ? y[0] : y[y.size() - 2];
  if (x.back() != inner) {
    fail<ShapeError>("matmul: x is ", Dims(x), " and y is ", Dims(y),
                     "; x.shape[-1] must equal y.shape[", y.size() == 1 ? -1 : -2, "]");
  }
  Shape shape = x.size() > 2 || y.size() > 2
                    ? broadcast_shapes("matmul", batch_shape(x), batch_shape(y))
                    : Shape();
  if (x.size() > 1) shape.push_back(x[x.size() - 2]);
  if (y.size() > 1) shape.push_back(y.back());
  return shape;
}

/// Strides of the leading axes of an operand, broadcast to `batch`.
Dims batch_strides(const Array& x, const Shape& batch) {
  const int count = std::max(x.ndim() - 2, 0);
  Dims strides(batch.size(), 0);
  for (int i = 0; i < count; ++i) {
    const auto k = static_cast<std::size_t>(i);
    if (x.shape()[k] != 1) strides[batch.size() - count + i] = x.layout().strides()[k];
  }
  return strides;
}

/// Many examples times one matrix are one product, where they lie one behind the other.
bool joins_rows(const Array& x, const Array& y) {
  return x.ndim() > 2 && y.ndim() <= 2 && x.is_dense();
}

void multiply_batches(const Array& x, const Array& y, Array& out) {
  kernels::Matrix a = matrix(x, true), b = matrix(y, false);
  if (joins_rows(x, y)) {
    a.rows = x.size() / std::max<std::int64_t>(a.columns, 1);
    if (a.columns == 0) a.rows = out.size() / std::max<std::int64_t>(b.columns, 1);
    // An axis of length one may have any stride.
    a.row_step = a.columns;
    a.column_step = 1;
    return kernels::multiply(x.dtype(), a, b, out.mutable_data());
  }
  if (x.ndim() <= 2 && y.ndim() <= 2) return kernels::multiply(x.dtype(), a, b, out.mutable_data());
  const Shape batch = broadcast_shapes("matmul", batch_shape(x.shape()), batch_shape(y.shape()));
  const auto item = static_cast<std::int64_t>(item_size(x.dtype()));
  const StridedLoop<2> loop(batch, {batch_strides(x, batch), batch_strides(y, batch)});
  std::vector<std::pair<std::int64_t, std::int64_t>> starts;
  loop.for_each_run([&](const auto& at, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i)
      starts.emplace_back(at[0] + i * loop.step(0), at[1] + i * loop.step(1));
  });
  const std::int64_t work = a.rows * a.columns * b.columns;
  const std::int64_t grain = std::max<std::int64_t>(1, 262'144 / std::max<std::int64_t>(work, 1));
  std::byte* to = out.mutable_data();
  threads::parallel_for(
      static_cast<std::int64_t>(starts.size()), grain, [&](std::int64_t begin, std::int64_t end) {
        kernels::Matrix left = a, right = b;
        for (std::int64_t i = begin; i < end; ++i) {
          const auto [x_start, y_start] = starts[static_cast<std::size_t>(i)];
          left.data = a.data + x_start * item;
          right.data = b.data + y_start * item;
          kernels::multiply(x.dtype(), left, right, to + i * a.rows * b.columns * item);
        }
      });
}

Var as_row(const Var& x) { return x.ndim() == 1 ? reshape(x, {1, x.shape()[0]}) : x; }
Var as_column(const Var& y) { return y.ndim() == 1 ? reshape(y, {y.shape()[0], 1}) : y; }

Var without_axis(const Var& x, int axis) {
  Shape shape(x.shape());
  shape.erase(shape.size() + axis);
  return reshape(x, std::move(shape));
}

/// Whether this is a vector times a vector, or a stack of such: a sum of products, whose factors
/// the rules join by chain, as those of sum(x * y) do.
bool is_inner(const Var& x, const Var& y) {
  return (x.ndim() == 1 || x.shape()[x.shape().size() - 2] == 1) &&
         (y.ndim() == 1 || y.shape().back() == 1);
}

/// All axes but the last as one.
Var as_rows(const Var& x) {
  return reshape(x, {x.size() / std::max<std::int64_t>(x.shape().back(), 1), x.shape().back()});
}

}  // namespace

Type Matmul::infer(std::span<const Type> x) const {
  return {joined_dtype(name, x), product_shape(x[0].shape(), x[1].shape())};
}

Array Matmul::evaluate(std::span<Tensor> x) const {
  const Type type = infer(std::array{x[0].type(), x[1].type()});
  const Array left = wg::convert(x[0].value, type.dtype),
              right = wg::convert(x[1].value, type.dtype);
  Array out = Array::empty(type.dtype, type.layout);
  if (out.size() == 0) return out;
  const Unlocked unlocked(out.size() * left.shape().back() / 16);
  multiply_batches(left, right, out);
  return out;
}

// Giles, Collected matrix derivative results for forward and reverse mode algorithmic
// differentiation, 2008, sec. 2.2.1. The sweep sums over broadcast leading axes.
Contribution Matmul::vjp(std::span<const Var> x, const Var&, const Var& ct, int operand) const {
  const bool is_row = x[0].ndim() == 1, is_column = x[1].ndim() == 1;
  Shape shape(ct.shape());
  if (is_column) shape.push_back(1);
  if (is_row) shape.insert(shape.size() - 1, 1);
  const Var product = reshape(ct, std::move(shape));
  const bool is_chain = is_inner(x[0], x[1]);
  if (operand == 0) {
    const Var right = matrix_transpose(as_column(x[1]));
    const Var left = is_chain ? chain(product, right) : matmul(product, right);
    return is_row ? without_axis(left, -2) : left;
  }
  const Var left = as_row(x[0]);
  if (is_chain) {
    const Var right = chain(matrix_transpose(left), product);
    return is_column ? without_axis(right, -1) : right;
  }
  if (left.ndim() > 2 && x[1].ndim() <= 2 && left.size() > 0 &&
      ct.size() > 0) {  // one product instead of a sum of many
    const Var right = matmul(matrix_transpose(as_rows(left)), as_rows(product));
    return is_column ? without_axis(right, -1) : right;
  }
  const Var right = matmul(matrix_transpose(left), product);
  return is_column ? without_axis(right, -1) : right;
}

Var Matmul::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  const auto product = [&](const Var& a, const Var& b) {
    if (!is_inner(x[0], x[1])) return matmul(a, b);
    return reshape(sum(chain(as_row(a), matrix_transpose(as_column(b))), {-1}), y.shape());
  };
  Var total;
  if (t[0]) total = product(t[0], x[1]);
  if (t[1]) total = total ? std::move(total) + product(x[0], t[1]) : product(x[0], t[1]);
  return total;
}

Var Matmul::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const int left_rank = x[0].ndim() - is_batched[0], right_rank = x[1].ndim() - is_batched[1];
  // Many vectors times one matrix are a matrix times a matrix.
  if (!is_batched[1] && right_rank <= 2) return matmul(x[0], x[1]);
  if (!is_batched[0] && right_rank == 1 && left_rank <= 2) {
    return matmul(x[1], left_rank == 1 ? x[0] : matrix_transpose(x[0]));
  }
  const auto matrices = [](const Var& v, int rank, bool batched, bool is_left) {
    if (rank != 1) return v;
    Shape shape(v.shape());
    shape.insert(is_left ? batched : shape.size(), 1);
    return reshape(v, std::move(shape));
  };
  const int rank = std::max({left_rank, right_rank, 2});
  const Var left = matrices(x[0], left_rank, is_batched[0], true);
  const Var right = matrices(x[1], right_rank, is_batched[1], false);
  Var out =
      matmul(is_batched[0] ? lift(left, rank) : left, is_batched[1] ? lift(right, rank) : right);
  if (right_rank == 1) out = without_axis(out, -1);
  return left_rank == 1 ? without_axis(out, right_rank == 1 ? -1 : -2) : out;
}

Var matmul(const Var& x, const Var& y) { return apply_structural(Matmul{}, {x, y}); }

void Matmul::sparsity(std::span<const Tensor> x, const Type& y, Dependence& dependence) const {
  const Shape left(x[0].value.shape()), right(x[1].value.shape());
  const bool is_row = left.size() == 1, is_column = right.size() == 1;
  // Elements of x by their rows, elements of y by their columns.
  Shape rows(left);
  rows.back() = 1;
  const Array by_row = numbers_of(rows);
  Shape columns(right);
  columns[std::max(0, columns.size() - 2)] = 1;
  const Array by_column = numbers_of(columns);
  // The output has these axes but for those that vectors lack.
  Shape rows_of_output(rows), columns_of_output(columns);
  if (is_row || is_column) rows_of_output.pop_back();
  if (is_column) columns_of_output = Shape();
  if (is_row && !is_column) columns_of_output.erase(columns_of_output.size() - 2);
  dependence.on_groups(0, broadcast(with_shape(by_row, rows_of_output), y.shape()),
                       broadcast(by_row, left));
  dependence.on_groups(1, broadcast(with_shape(by_column, columns_of_output), y.shape()),
                       broadcast(by_column, right));
}

}  // namespace wg
