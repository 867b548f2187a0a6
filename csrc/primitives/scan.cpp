#include "primitives/scan.h"

#include <algorithm>
#include <array>

#include "kernels/scan.h"
#include "primitives/axes.h"
#include "primitives/cumulative.h"
#include "primitives/elementwise.h"
#include "primitives/registry.h"
#include "primitives/selection.h"
#include "primitives/shape.h"

namespace wg {
namespace {

const Primitive& binary_formula(std::string_view name) {
  const Primitive& row = primitive_named(name);
  if (!row.elementwise || row.arity != 2)
    fail<ShapeError>("scan: formula is '", name, "'; one of two operands is needed");
  return row;
}

/// One number for every element of y.
Var filled(int number, const Var& y) {
  const Array one = wg::convert(Array::scalar(std::int64_t{number}), y.dtype());
  const Shape shape(y.shape());
  return y.builder->constant(one.view(Layout::strided(shape, Dims(shape.size(), 0)), 0));
}

}  // namespace

Type Scan::infer(std::span<const Type> x) const {
  check_axis(name, x[0].shape(), axis);
  const Primitive& row = binary_formula(formula);
  const Type pair[] = {x[0], x[0]};
  const DType dtype = computing_dtype(formula, *row.elementwise, pair);
  if (row.elementwise->is_predicate && dtype != DType::boolean) {
    fail<DTypeError>("scan: ", formula, " makes booleans of ", wg::name(dtype),
                     "; boolean operands are needed");
  }
  const auto shape = x[0].shape();
  const std::int64_t n = shape[shape.size() + static_cast<std::size_t>(axis)];
  std::int64_t least = 0;
  for (const std::int64_t start : starts) {
    if (start < least || start >= n) {
      fail<ShapeError>("scan: starts are ", starts, " and the axis has length ", n,
                       "; places of it in ascending order are needed");
    }
    least = start + 1;
  }
  return {dtype, x[0].layout};
}

void Scan::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const Elementwise& row = *binary_formula(formula).elementwise;
  const Kernel& kernel = elementwise_kernel(row.formula, y.dtype);
  kernels::accumulate(kernel, x[0], static_cast<int>(axis), starts, y);
}

/// Where a run begins: what stood before plays no part in y[i] = x[i].
Var Scan::begins(const Var& y) const {
  Shape shape(y.ndim(), 1);
  const int at = y.ndim() + static_cast<int>(axis);
  const std::int64_t n = y.shape()[static_cast<std::size_t>(at)];
  shape[at] = n;
  Array marks = Array::empty(DType::boolean, Layout::dense(shape));
  bool* mark = reinterpret_cast<bool*>(marks.mutable_data());
  std::fill_n(mark, n, false);
  if (n > 0) mark[0] = true;
  for (const std::int64_t start : starts) mark[start] = true;
  return y.builder->constant(std::move(marks));
}

/// The derivative of y[i] in y[i - 1], or in x[i].
Var Scan::partial(const Var& x, const Var& y, int operand) const {
  const Primitive& row = binary_formula(formula);
  const Var first = begins(y), constant = filled(operand, y);
  if (!row.is_differentiable || row.elementwise->vanishes[operand])
    return operand == 0 ? constant : where(first, constant, filled(0, y));
  const std::array operands{shifted(y, axis, 1, false), convert(x, y.dtype())};
  std::array<Var, 2> tangents;
  tangents[static_cast<std::size_t>(operand)] = filled(1, y);
  return where(first, constant, row.jvp(nullptr, operands, y, tangents));
}

Contribution Scan::vjp(std::span<const Var> x, const Var& y, const Var& ct) const {
  const Var following = shifted(partial(x[0], y, 0), axis, 0, true);
  return chain(recurrence(following, ct, axis, true), partial(x[0], y, 1));
}

Var Scan::jvp(std::span<const Var> x, const Var& y, std::span<Var> t) const {
  const Var moved = chain(convert(t[0], y.dtype()), partial(x[0], y, 1));
  return recurrence(partial(x[0], y, 0), moved, axis, false);
}

void Scan::sparsity(std::span<const Tensor>, const Type&, Dependence& dependence) const {
  dependence.on_run(0, static_cast<int>(axis), false);
}

}  // namespace wg
