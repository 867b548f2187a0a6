#include "primitives/matmul.h"

#include <optional>

#include "core/broadcast.h"
#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/matmul.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/movement.h"
#include "primitives/promotion.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg {
namespace {

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

/// The last two axes of an operand, as a matrix.
kernels::Matrix matrix(const View& x, bool is_left) {
  const auto shape = x.shape(), strides = x.strides();
  const std::size_t rank = shape.size();
  if (rank == 1 && is_left) return {x.data, 1, shape[0], 0, strides[0]};
  if (rank == 1) return {x.data, shape[0], 1, strides[0], 0};
  return {x.data, shape[rank - 2], shape[rank - 1], strides[rank - 2], strides[rank - 1]};
}

/// Both operands where one product is all: where they are matrices or vectors, or many examples
/// that lie one behind the other meet one matrix.
struct Product {
  kernels::Matrix left, right;

  static bool serves(const View& x, const View& y) {
    return y.ndim() <= 2 && (x.ndim() <= 2 || x.is_dense());
  }
  Product(const View& x, const View& y) : left(matrix(x, true)), right(matrix(y, false)) {
    if (x.ndim() <= 2) return;
    for (const std::int64_t n : batch_shape(x.shape())) left.rows *= n;
    left.row_step = left.columns;  // an axis of length one may have any stride
    left.column_step = 1;
  }
};

/// Products take such operands as they lie.
bool are_dense(std::span<const View> x) { return x[0].is_dense() && x[1].is_dense(); }

std::int64_t bytes(const kernels::Matrix& x, std::int64_t item) {
  return x.rows * x.columns * item;
}

kernels::Matrix lying_densely(const kernels::Matrix& x, std::int64_t item, Workspace& work) {
  std::byte* const memory = work.take(bytes(x, item));
  copy_strided(x.data, {x.row_step, x.column_step}, memory, {x.columns, 1}, Dims{x.rows, x.columns},
               item);
  return {memory, x.rows, x.columns, x.columns, 1};
}

/// An operand as matrices, one for each example.
struct Matrices {
  kernels::Matrix matrix;  // the first one
  Dims shape, strides;     // of the axes in front
  std::int64_t item;

  Matrices(const View& x, bool is_left)
      : matrix(wg::matrix(x, is_left)), shape(batch_shape(x.shape())), item(x.item()) {
    strides = Dims(x.strides().first(static_cast<std::size_t>(shape.size())));
    // An axis of length one may have any stride.
    for (int i = 0; i < shape.size(); ++i) {
      if (shape[i] == 1) strides[i] = 0;
    }
  }

  /// What a dense copy has: once what an axis repeats.
  Dims lengths() const {
    Dims own(shape);
    for (int i = 0; i < own.size(); ++i) {
      if (strides[i] == 0) own[i] = 1;
    }
    own.push_back(matrix.rows);
    own.push_back(matrix.columns);
    return own;
  }
  std::int64_t bytes() const { return element_count(lengths()) * item; }

  void lie_densely(std::byte* memory) {
    const Dims own = lengths(), steps = dense_strides(own);
    Dims from(strides);
    from.push_back(matrix.row_step);
    from.push_back(matrix.column_step);
    copy_strided(matrix.data, from, memory, steps, own, item);
    matrix = {memory, matrix.rows, matrix.columns, matrix.columns, 1};
    for (int i = 0; i < strides.size(); ++i) strides[i] = own[i] == 1 ? 0 : steps[i];
  }

  /// The step, in elements, from each example of a broadcast shape to the next; nothing where these
  /// differ.
  std::optional<std::int64_t> even_step(const Shape& batch) const {
    const int in_front = batch.size() - strides.size();
    std::int64_t step = 0, inside = 1;
    for (int i = batch.size() - 1; i >= 0; --i) {
      const std::int64_t own = i < in_front ? 0 : strides[i - in_front];
      if (batch[i] == 1) continue;
      if (inside == 1) step = own;
      if (own != step * inside) return std::nullopt;
      inside *= batch[i];
    }
    return step;
  }

  /// Steps from example to example of a broadcast shape.
  Dims steps_over(const Shape& batch) const {
    Dims steps(batch.size(), 0);
    const int in_front = batch.size() - strides.size();
    for (int i = 0; i < strides.size(); ++i) steps[in_front + i] = strides[i] * item;
    return steps;
  }
};

/// Pairs of matrices one after the other, from any example on.
class Pairs {
 public:
  Pairs(const Shape& batch, const Matrices& a, const Matrices& b, std::int64_t first)
      : left(a.matrix),
        right(b.matrix),
        batch_(batch),
        left_steps_(a.steps_over(batch)),
        right_steps_(b.steps_over(batch)),
        at_(batch.size(), 0) {
    for (int i = batch.size() - 1; i >= 0; --i) {
      at_[i] = first % batch[i];
      first /= batch[i];
      move(i, at_[i]);
    }
  }

  void advance() {
    for (int i = batch_.size() - 1; i >= 0; --i) {
      move(i, 1);
      if (++at_[i] < batch_[i]) return;
      move(i, -at_[i]);
      at_[i] = 0;
    }
  }

  kernels::Matrix left, right;

 private:
  void move(int axis, std::int64_t count) {
    left.data += count * left_steps_[axis];
    right.data += count * right_steps_[axis];
  }

  const Shape& batch_;
  Dims left_steps_, right_steps_, at_;
};

/// Many products, and which operands lie so that they can be taken.
struct Products {
  Matrices left, right;
  Shape batch;
  kernels::Taken taken;

  Products(const View& x, const View& y)
      : left(x, true),
        right(y, false),
        batch(broadcast_shapes("matmul", left.shape, right.shape)),
        taken(kernels::taken(x.dtype, left.matrix, right.matrix)) {}

  /// Columns by rows, if all of them can be taken by one loop.
  std::optional<kernels::Outer> outer(DType dtype) const {
    const kernels::Matrix &a = left.matrix, &b = right.matrix;
    if (a.columns != 1 || !kernels::has_outer_loop(dtype)) return std::nullopt;
    if ((a.rows > 1 && a.row_step != 1) || (b.columns > 1 && b.column_step != 1)) {
      return std::nullopt;
    }
    const auto left_step = left.even_step(batch), right_step = right.even_step(batch);
    if (!left_step || !right_step) return std::nullopt;
    return kernels::Outer{a.data, b.data, *left_step, *right_step, a.rows, b.columns};
  }

  void evaluate(DType dtype, std::byte* out, const ProductEnd* end) const {
    const std::int64_t m = left.matrix.rows, n = right.matrix.columns;
    const std::int64_t work = m * n * left.matrix.columns;
    const std::int64_t grain = std::max<std::int64_t>(1, 262'144 / std::max<std::int64_t>(work, 1));
    const auto columns_by_rows = end ? std::nullopt : outer(dtype);
    threads::parallel_for(element_count(batch), grain, [&](std::int64_t begin, std::int64_t last) {
      if (columns_by_rows) {
        return kernels::multiply(dtype, *columns_by_rows, begin, last - begin, out);
      }
      Pairs pairs(batch, left, right, begin);
      for (std::int64_t i = begin; i < last; ++i) {
        const std::int64_t place = i * m * n * left.item;
        ProductEnd own = end ? *end : ProductEnd();
        if (own.d && own.d_row != 0) own.d += place;
        kernels::multiply(dtype, pairs.left, pairs.right, out + place, end ? &own : nullptr);
        pairs.advance();
      }
    });
  }
};

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

void Matmul::add_work(std::span<const View> x, const View& y, Work& work) const {
  if (y.size() == 0 || are_dense(x)) return;
  if (Product::serves(x[0], x[1])) {
    const Product product(x[0], x[1]);
    const kernels::Taken taken = kernels::taken(y.dtype, product.left, product.right);
    if (!taken.left) work.add(bytes(product.left, y.item()));
    if (!taken.right) work.add(bytes(product.right, y.item()));
    return;
  }
  const Products products(x[0], x[1]);
  if (!products.taken.left) work.add(products.left.bytes());
  if (!products.taken.right) work.add(products.right.bytes());
}

void Matmul::evaluate(std::span<const View> x, const View& y, Workspace& work) const {
  evaluate_with(nullptr, x, y, work);
}

bool Matmul::takes_end(std::span<const View> x, const View& y) {
  if (y.size() == 0 || x[0].dtype != y.dtype || x[1].dtype != y.dtype) return false;
  if (Product::serves(x[0], x[1])) {
    const Product product(x[0], x[1]);
    return kernels::takes_end(y.dtype, product.left, product.right);
  }
  const Products products(x[0], x[1]);
  return !products.outer(y.dtype) &&
         kernels::takes_end(y.dtype, products.left.matrix, products.right.matrix);
}

void Matmul::evaluate_with(const ProductEnd* end, std::span<const View> x, const View& y,
                           Workspace& work) {
  if (y.size() == 0) return;
  const Unlocked unlocked(y.size() * x[0].shape().back() / 16);
  if (Product::serves(x[0], x[1])) {
    Product product(x[0], x[1]);
    const kernels::Taken taken = are_dense(x)
                                     ? kernels::Taken{true, true}
                                     : kernels::taken(y.dtype, product.left, product.right);
    if (!taken.left) product.left = lying_densely(product.left, y.item(), work);
    if (!taken.right) product.right = lying_densely(product.right, y.item(), work);
    return kernels::multiply(y.dtype, product.left, product.right, y.data, end);
  }
  Products products(x[0], x[1]);
  if (!products.taken.left) products.left.lie_densely(work.take(products.left.bytes()));
  if (!products.taken.right) products.right.lie_densely(work.take(products.right.bytes()));
  products.evaluate(y.dtype, y.data, end);
}

// Giles, Collected matrix derivative results for forward and reverse mode algorithmic
// differentiation, 2008, sec. 2.2.1. The sweep sums over broadcast leading axes.
void Matmul::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                 std::span<Contribution> contributions) const {
  const bool is_row = x[0].ndim() == 1, is_column = x[1].ndim() == 1;
  Shape shape(ct.shape());
  if (is_column) shape.push_back(1);
  if (is_row) shape.insert(shape.size() - 1, 1);
  const Var product = reshape(ct, std::move(shape));
  const bool is_chain = is_inner(x[0], x[1]);
  if (wanted[0]) {
    const Var right = matrix_transpose(as_column(x[1]));
    const Var left = is_chain ? chain(product, right) : matmul(product, right);
    contributions[0] = is_row ? without_axis(left, -2) : left;
  }
  if (wanted[1]) {
    const Var left = as_row(x[0]);
    // One product instead of a sum of many.
    const bool is_joined = left.ndim() > 2 && x[1].ndim() <= 2 && left.size() > 0 && ct.size() > 0;
    const Var right = is_chain    ? chain(matrix_transpose(left), product)
                      : is_joined ? matmul(matrix_transpose(as_rows(left)), as_rows(product))
                                  : matmul(matrix_transpose(left), product);
    contributions[1] = is_column ? without_axis(right, -1) : right;
  }
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
