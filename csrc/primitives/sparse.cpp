#include "primitives/sparse.h"

#include "core/broadcast.h"
#include "core/copy.h"
#include "kernels/convert.h"
#include "kernels/sparse.h"
#include "primitives/dependence.h"
#include "primitives/elementwise.h"
#include "primitives/matrices.h"
#include "primitives/promotion.h"
#include "primitives/triangular.h"

namespace wg {
namespace {

void require_places(std::string_view operation, const Type& columns, const Type& starts) {
  if (!is_integral(columns.dtype) || !is_integral(starts.dtype)) {
    fail<DTypeError>(operation, ": places are ", name(columns.dtype), " and ", name(starts.dtype),
                     "; integers are needed");
  }
  if (columns.ndim() == 0 || starts.ndim() == 0 || starts.shape().back() == 0) {
    fail<ShapeError>(operation, ": places are ", Dims(columns.shape()), " and ",
                     Dims(starts.shape()), "; an axis each, and one start or more, are needed");
  }
}

/// The axes in front of all operands' own.
Shape leading_of(std::string_view operation, std::span<const Type> x, int of_first) {
  const int own[] = {of_first, 2, 1, 1};
  Shape leading;
  for (std::size_t i = 0; i < 4; ++i) {
    leading = broadcast_shapes(operation, leading, leading_axes(x[i].shape(), own[i]));
  }
  return leading;
}

/// The operands of an operation for each example of the result.
struct Operands {
  Examples first, second, columns, starts, results;
  DType dtype;
  std::int64_t count, rows, width;

  Operands(std::span<const View> x, const View& y, std::span<const std::int64_t> leading,
           int of_first, int of_result, std::int64_t wide)
      : first(x[0], leading, of_first),
        second(x[1], leading),
        columns(x[2], leading, 1),
        starts(x[3], leading, 1),
        results(y, leading, of_result),
        dtype(x[2].dtype),
        count(x[2].shape().back()),
        rows(x[3].shape().back() - 1),
        width(wide) {}

  kernels::Places places(std::int64_t i) const {
    return {dtype, columns[i], starts[i], count, rows, width};
  }
};

/// Does the work of each example, if its places are inside of the matrix.
template <class F>
void for_each(std::string_view operation, const Operands& operands,
              std::span<const std::int64_t> leading, std::int64_t cost, const F& work) {
  const std::int64_t failed = first_failure(element_count(leading), cost, [&](std::int64_t i, int) {
    const kernels::Places places = operands.places(i);
    if (!places.are_inside()) return false;
    work(i, places);
    return true;
  });
  if (failed < 0) return;
  fail<IndexRangeError>(operation, ": places of ", named_example(failed, leading),
                        " are not in a matrix of ", operands.rows, " rows and ", operands.width,
                        " columns; starts that ascend from 0 to ", operands.count,
                        ", and columns from 0 on, are needed");
}

Var product(SparseMatmul how, const Var& a, const Var& x, std::span<const Var> all) {
  return apply_structural(how, {a, x, all[2], all[3]});
}

Var sampled(const Var& x, const Var& y, std::span<const Var> all) {
  return apply_structural(SampledProduct{}, {x, y, all[2], all[3]});
}

template <class P>
Var with_examples(const P& p, std::span<const Var> x, std::span<const bool> is_batched,
                  int of_first) {
  const int own[] = {of_first, 2, 1, 1};
  int leading = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    leading = std::max(leading, x[i].ndim() - is_batched[i] - own[i]);
  }
  std::vector<Var> lifted;
  for (std::size_t i = 0; i < 4; ++i) {
    lifted.push_back(with_leading_axes(x[i], is_batched[i], own[i], leading));
  }
  return apply_structural(p, std::move(lifted));
}

}  // namespace

Type SparseMatmul::infer(std::span<const Type> x) const {
  require_places(name, x[2], x[3]);
  require_matrices(name, x[1]);
  const std::int64_t rows = x[3].shape().back() - 1, n = x[1].shape()[x[1].shape().size() - 2];
  if (columns < 0 || x[0].ndim() == 0 || x[0].shape().back() != x[2].shape().back() ||
      n != (is_transposed ? rows : columns)) {
    fail<ShapeError>(name, ": elements are ", Dims(x[0].shape()), " in places ", Dims(x[2].shape()),
                     " of ", rows, " rows and ", columns, " columns, and x is ", Dims(x[1].shape()),
                     "; a place for each and fitting rows are needed");
  }
  const Type operands[] = {x[0], x[1]};
  return {
      inexact(joined_dtype(name, operands)),
      with_matrices(leading_of(name, x, 1), is_transposed ? columns : rows, x[1].shape().back())};
}

void SparseMatmul::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const auto leading = leading_axes(y.shape());
  const std::int64_t k = y.shape().back();
  const Operands operands(x, y, leading, 1, 2, columns);
  for_each(name, operands, leading, 10 + operands.count * (k + 1),
           [&](std::int64_t i, const kernels::Places& places) {
             kernels::multiply_sparse(y.dtype, places, is_transposed, operands.first[i],
                                      operands.second[i], operands.results[i], k);
           });
}

void SparseMatmul::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                       std::span<Contribution> contributions) const {
  if (wanted[0]) {
    contributions[0] = is_transposed ? sampled(x[1], ct, x) : sampled(ct, x[1], x);
  }
  if (wanted[1]) contributions[1] = product({{}, columns, !is_transposed}, x[0], ct, x);
}

Var SparseMatmul::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var of_a = t[0] ? product(*this, t[0], x[1], x) : Var();
  if (!t[1]) return of_a;
  const Var of_x = product(*this, x[0], t[1], x);
  return of_a ? of_a + of_x : of_x;
}

Var SparseMatmul::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  const bool is_shared = !is_batched[0] && !is_batched[2] && !is_batched[3];
  if (is_shared && x[0].ndim() == 1 && x[2].ndim() == 1 && x[3].ndim() == 1 && x[1].ndim() == 3) {
    return from_columns(product(*this, x[0], as_columns(x[1]), x), x[1].shape()[0],
                        x[1].shape()[2]);
  }
  return with_examples(*this, x, is_batched, 1);
}

void SparseMatmul::sparsity(std::span<const Tensor> x, const Type& y,
                            Dependence& dependence) const {
  const bool is_known = !x[2].value.is_abstract() && !x[3].value.is_abstract();
  if (!is_known || y.ndim() > 2 || x[2].value.ndim() > 1) {
    state_all(x[0], 0, y, dependence);
    return state_all(x[1], 1, y, dependence);
  }
  const Array places = dense(wg::convert(x[2].value, DType::int64)),
              starts = dense(wg::convert(x[3].value, DType::int64));
  const auto *const column = places.data<std::int64_t>(), *const start =
                                                              starts.data<std::int64_t>();
  const std::int64_t k = y.shape().back(), rows = starts.size() - 1;
  const Shape pairs{places.size(), k};
  Array outputs = Array::empty(DType::int64, pairs), read = Array::empty(DType::int64, pairs);
  auto *out = outputs.mutable_data<std::int64_t>(), *from = read.mutable_data<std::int64_t>();
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t e = start[i]; e < start[i + 1]; ++e) {
      const std::int64_t to = is_transposed ? column[e] : i, of = is_transposed ? i : column[e];
      for (std::int64_t c = 0; c < k; ++c) {
        *out++ = to * k + c;
        *from++ = of * k + c;
      }
    }
  }
  dependence.on_pairs(
      0, outputs,
      broadcast(with_shape(numbers_of(Shape{places.size()}), Shape{places.size(), 1}), pairs));
  dependence.on_pairs(1, outputs, read);
}

Type SampledProduct::infer(std::span<const Type> x) const {
  require_places(name, x[2], x[3]);
  require_matrices(name, x[0]);
  require_matrices(name, x[1]);
  const auto one = x[0].shape(), other = x[1].shape();
  if (one[one.size() - 2] != x[3].shape().back() - 1 || one.back() != other.back()) {
    fail<ShapeError>(name, ": x is ", Dims(one), ", y is ", Dims(other), " and starts are ",
                     Dims(x[3].shape()),
                     "; as many columns, and a row for each start but one, are needed");
  }
  const Type operands[] = {x[0], x[1]};
  return {inexact(joined_dtype(name, operands)),
          with_matrices(leading_of(name, x, 2), -1, x[2].shape().back())};
}

void SampledProduct::evaluate(std::span<const View> x, const View& y, Workspace&) const {
  const auto leading = leading_axes(y.shape(), 1), of_y = x[1].shape();
  const std::int64_t k = x[0].shape().back();
  const Operands operands(x, y, leading, 2, 1, of_y[of_y.size() - 2]);
  for_each(name, operands, leading, 10 + operands.count * (k + 1),
           [&](std::int64_t i, const kernels::Places& places) {
             kernels::sample_product(y.dtype, places, operands.first[i], operands.second[i], k,
                                     operands.results[i]);
           });
}

void SampledProduct::vjp(std::span<const Var> x, const Var&, const Var& ct, Wanted wanted,
                         std::span<Contribution> contributions) const {
  const std::int64_t width = x[1].shape()[x[1].shape().size() - 2];
  if (wanted[0]) contributions[0] = product({{}, width, false}, ct, x[1], x);
  if (wanted[1]) contributions[1] = product({{}, width, true}, ct, x[0], x);
}

Var SampledProduct::jvp(std::span<const Var> x, const Var&, std::span<Var> t) const {
  const Var of_x = t[0] ? sampled(t[0], x[1], x) : Var();
  if (!t[1]) return of_x;
  const Var of_y = sampled(x[0], t[1], x);
  return of_x ? of_x + of_y : of_y;
}

Var SampledProduct::batch(std::span<const Var> x, std::span<const bool> is_batched) const {
  return with_examples(*this, x, is_batched, 2);
}

void SampledProduct::sparsity(std::span<const Tensor> x, const Type& y,
                              Dependence& dependence) const {
  state_all(x[0], 0, y, dependence);
  state_all(x[1], 1, y, dependence);
}

}  // namespace wg
