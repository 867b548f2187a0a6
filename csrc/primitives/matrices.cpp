#include "primitives/matrices.h"

#include "core/broadcast.h"
#include "core/copy.h"
#include "primitives/complex.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/factorization.h"
#include "primitives/movement.h"
#include "primitives/reduction.h"
#include "primitives/selection.h"
#include "primitives/shape.h"

namespace wg {

std::span<const std::int64_t> leading_axes(std::span<const std::int64_t> shape, int own) {
  const auto count = static_cast<std::size_t>(own);
  return shape.first(shape.size() < count ? 0 : shape.size() - count);
}

void require_matrices(std::string_view operation, const Type& x) {
  if (x.ndim() >= 2) return;
  fail<ShapeError>(operation, ": x is ", Dims(x.shape()), "; at least two axes are needed");
}

void require_square(std::string_view operation, const Type& x) {
  require_matrices(operation, x);
  const auto shape = x.shape();
  if (shape[shape.size() - 1] == shape[shape.size() - 2]) return;
  fail<ShapeError>(operation, ": x is ", Dims(shape), "; the last two axes must have one length");
}

void require_examples(std::string_view operation, const Type& x,
                      std::span<const std::int64_t> leading,
                      std::initializer_list<std::int64_t> own) {
  const auto shape = x.shape();
  const auto fits = [&](std::span<const std::int64_t> in_front) {
    if (in_front.size() > leading.size()) return false;
    const auto behind = leading.last(in_front.size());
    return std::ranges::equal(in_front, behind,
                              [](std::int64_t a, std::int64_t b) { return a == b || a == 1; });
  };
  const bool has_own =
      shape.size() >= own.size() &&
      std::ranges::equal(shape.last(own.size()), std::span(own.begin(), own.size()));
  if (has_own && fits(shape.first(shape.size() - own.size()))) return;
  Shape needed(leading);
  for (const std::int64_t n : own) needed.push_back(n);
  fail<ShapeError>(operation, ": an operand is ", Dims(shape), "; ", needed,
                   ", or what broadcasts to it in front, is needed");
}

Shape with_matrices(std::span<const std::int64_t> leading, std::int64_t m, std::int64_t n) {
  Shape shape(leading);
  if (m >= 0) shape.push_back(m);
  shape.push_back(n);
  return shape;
}

Type solution_type(std::string_view operation, const Type& a, const Type& b, DType dtype) {
  require_square(operation, a);
  require_matrices(operation, b);
  const std::int64_t n = a.shape().back(), rows = b.shape()[b.shape().size() - 2];
  if (rows != n) {
    fail<ShapeError>(operation, ": a is ", Dims(a.shape()), " and b is ", Dims(b.shape()),
                     "; b.shape[-2] must equal a.shape[-1]");
  }
  const Shape leading =
      broadcast_shapes(operation, leading_axes(a.shape()), leading_axes(b.shape()));
  return {dtype, with_matrices(leading, n, b.shape().back())};
}

Examples::Examples(const View& operand, std::span<const std::int64_t> leading, int own)
    : data_(operand.data), leading_(leading) {
  const auto in_front = leading_axes(operand.shape(), own);
  const std::int64_t count = element_count(in_front);
  const std::int64_t bytes = count == 0 ? 0 : operand.size() / count * operand.item();
  if (count == 1) return;
  bytes_ = bytes;
  if (std::ranges::equal(in_front, leading)) return;
  is_plain_ = false;
  const Dims own_steps = dense_strides(in_front);
  steps_ = Dims(static_cast<int>(leading.size()), 0);
  const int missing = steps_.size() - own_steps.size();
  for (int i = 0; i < own_steps.size(); ++i) {
    if (in_front[static_cast<std::size_t>(i)] != 1) steps_[missing + i] = own_steps[i] * bytes;
  }
}

std::int64_t Examples::offset(std::int64_t example) const {
  std::int64_t bytes = 0;
  for (int i = steps_.size() - 1; i >= 0; --i) {
    const std::int64_t length = leading_[static_cast<std::size_t>(i)];
    bytes += example % length * steps_[i];
    example /= length;
  }
  return bytes;
}

View lying_densely(const View& operand, Workspace& work) {
  if (operand.is_dense()) return operand;
  std::byte* const memory = work.take(operand.size() * operand.item());
  const Dims steps = dense_strides(operand.shape());
  copy_strided(operand, memory, operand.shape(), steps);
  std::byte* const layout = work.take(static_cast<std::int64_t>(Layout::bytes(operand.ndim())));
  return {memory, &Layout::dense_in(layout, operand.shape()), operand.dtype};
}

void add_dense(const View& operand, Work& work) {
  if (operand.is_dense()) return;
  work.add(operand.size() * operand.item());
  work.add(static_cast<std::int64_t>(Layout::bytes(operand.ndim())));
}

std::string named_example(std::int64_t example, std::span<const std::int64_t> leading) {
  if (leading.empty()) return "x";
  std::string indices;
  for (std::size_t i = leading.size(); i-- > 0;) {
    const std::string own = std::to_string(example % leading[i]);
    indices = indices.empty() ? own : own + ", " + indices;
    example /= leading[i];
  }
  return "x[" + indices + "]";
}

namespace {

template <class Element> Array with_ones(DType dtype, std::int64_t n) {
  Array ones = Array::zeros(dtype, Shape{n, n});
  auto* first = ones.mutable_data<Element>();
  for (std::int64_t i = 0; i < n; ++i) first[i * (n + 1)] = Element(1);
  return ones;
}

}  // namespace

Var identity_matrix(std::int64_t n, const Var& like) {
  return visit(like.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    return like.builder->constant(with_ones<T>(like.dtype(), n));
  });
}

Var on_diagonal(std::int64_t n, const Var& like) {
  return like.builder->constant(with_ones<bool>(DType::boolean, n));
}

Var diagonal(const Var& x) {
  return sum(where(on_diagonal(x.shape().back(), x), x, literal(0, x)), {-1});
}

Var column(const Var& v) {
  Shape shape(v.shape());
  shape.push_back(1);
  return reshape(v, std::move(shape));
}

Var row(const Var& v) {
  Shape shape(v.shape());
  shape.insert(shape.size() - 1, 1);
  return reshape(v, std::move(shape));
}

Var as_matrices(const Var& x) { return column(column(x)); }

Var side_by_side(const Var& x, const Var& y) {
  const Var both[] = {x, y};
  return concatenate(both, -1);
}

Var adjoint(const Var& x) { return conjugate(matrix_transpose(x)); }

Var lower_triangle(const Var& x, std::int64_t to_diagonal) {
  return apply_structural(Triangle{.diagonal = to_diagonal, .is_lower = true}, {x});
}

Var upper_triangle(const Var& x, std::int64_t from_diagonal) {
  return apply_structural(Triangle{.diagonal = from_diagonal, .is_lower = false}, {x});
}

Var with_leading_axes(const Var& x, bool is_batched, int own, int leading) {
  return is_batched ? lift(x, own + leading) : x;
}

void state_examples(const Tensor& x, int number, int own, const Type& y, int result_axes,
                    Dependence& dependence) {
  Shape of_operand(leading_axes(x.value.shape(), own)), of_result(of_operand);
  const Array numbers = numbers_of(of_operand);
  for (int i = 0; i < own; ++i) of_operand.push_back(1);
  for (int i = 0; i < result_axes; ++i) of_result.push_back(1);
  dependence.on_groups(number, broadcast(with_shape(numbers, of_result), y.shape()),
                       broadcast(with_shape(numbers, of_operand), x.value.shape()));
}

void state_own_matrix(const Tensor& x, const Type& y, int result_axes, Dependence& dependence) {
  state_examples(x, 0, 2, y, result_axes, dependence);
}

void state_columns(const Tensor& x, int number, const Type& y, Dependence& dependence) {
  Shape columns(x.value.shape());
  columns[columns.size() - 2] = 1;
  const Array numbers = numbers_of(columns);
  dependence.on_groups(number, broadcast(numbers, y.shape()), broadcast(numbers, x.value.shape()));
}

}  // namespace wg
