#include "tape/simplify/kept_axes.h"

#include <algorithm>

#include "kernels/matmul.h"
#include "kernels/reduce.h"
#include "primitives/basic_index.h"
#include "primitives/indexing.h"
#include "primitives/matmul.h"
#include "primitives/movement.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"
#include "tape/simplify/role.h"

namespace wg::simplify {
namespace {

using Lengths = std::span<const std::int64_t>;

std::int64_t length(Lengths shape, Axis axis) { return shape.end()[axis]; }

std::int64_t behind(Lengths shape, Axis axis) {
  return element_count(shape.last(static_cast<std::size_t>(-axis - 1)));
}

/// Of what broadcasts.
Axis aligned(Lengths x, Axis y) {
  return -y > static_cast<int>(x.size()) || length(x, y) == 1 ? 0 : y;
}

std::optional<Axis> of_reshape(Lengths x, Lengths shape, Axis y) {
  for (Axis axis = -1; axis >= -static_cast<int>(x.size()); --axis) {
    if (behind(x, axis) == behind(shape, y) && length(x, axis) == length(shape, y)) return axis;
  }
  return std::nullopt;
}

Axis of_transpose(const Transpose& transpose, Axis y) {
  return -y > transpose.axes.size() ? y
                                    : static_cast<Axis>(transpose.axes[transpose.axes.size() + y]);
}

/// Rows are joined in pieces that may follow from how many columns there are.
std::optional<Axis> of_fold(Lengths x, const Dims& axes, bool keepdims, Axis y,
                            std::int64_t count) {
  const auto is_folded = [&](Axis axis) { return std::ranges::find(axes, axis) != axes.end(); };
  const int rank = static_cast<int>(x.size());
  Axis axis = y;
  if (!keepdims) {
    axis = 0;
    for (int kept = 0; kept < -y;) kept += !is_folded(--axis);
  }
  int runs = 0;
  std::int64_t n = 1, inner = 1, fewer = 1;
  for (Axis k = -1; k >= -rank; --k) {
    runs += is_folded(k) && (k == -1 || !is_folded(k + 1));
    if (is_folded(k)) {
      n *= length(x, k);
    } else if (runs == 0) {
      inner *= length(x, k);
      fewer *= k == axis ? count : length(x, k);
    }
  }
  if (runs > 1) return std::nullopt;
  const bool is_whole =
      fewer == inner || (kernels::rows_joined_first(n, inner) == n &&
                         kernels::rows_joined_first(n, fewer) == n && inner > 1 && fewer > 1);
  return is_whole ? std::optional(axis) : std::nullopt;
}

/// The parameters of a fold, whichever it is.
const Reduction& reduction_of(const Instruction& instruction) {
  const Payload* const payload = instruction.payload.pointer();
  const auto is = [&](const Primitive& row) { return instruction.primitive == &row; };
  if (is(structural_row_of<Prod>)) return parameters_of<Prod>(payload);
  if (is(structural_row_of<Max>)) return parameters_of<Max>(payload);
  if (is(structural_row_of<Min>)) return parameters_of<Min>(payload);
  if (is(structural_row_of<Any>)) return parameters_of<Any>(payload);
  if (is(structural_row_of<All>)) return parameters_of<All>(payload);
  return parameters_of<Sum>(payload);
}

/// Columns of the right operand.
std::optional<Axis> of_product(DType dtype, Lengths x, Lengths y, std::size_t k, Axis axis,
                               std::int64_t count) {
  if (axis != -1 || y.size() < 2 || x.back() == 0) return std::nullopt;
  const std::int64_t rows = x.size() < 2 ? 1 : x.end()[-2], all = element_count(x) / x.back();
  for (const std::int64_t n : {y.back(), count}) {
    for (const std::int64_t m : {rows, all}) {
      if (!kernels::sums_in_order(dtype, m, n, x.back())) return std::nullopt;
    }
  }
  return k == 0 ? 0 : -1;
}

/// Where an index has the item that gives an axis of the result, and which axis of x that is of.
struct KeptItem {
  std::size_t at = 0;
  Axis axis = 0;
};

std::optional<KeptItem> item_of(const Dims& index, int rank, int result_rank, Axis y) {
  int axis = 0, made = 0;
  const int wanted = result_rank + y;
  for (int i = 0; i < index.size();) {
    const std::int64_t kind = index[i];
    const auto at = static_cast<std::size_t>(i);
    if (kind != basic_index::integer && made++ == wanted) {
      if (kind == basic_index::newaxis) return std::nullopt;
      return KeptItem{at, axis - rank};
    }
    axis += kind != basic_index::newaxis;
    i += kind == basic_index::slice ? 4 : kind == basic_index::integer ? 2 : 1;
  }
  return KeptItem{static_cast<std::size_t>(index.size()), axis + wanted - made - rank};
}

std::optional<Axis> of_slice(const Dims& index, Lengths x, int result_rank, Axis y) {
  const auto item = item_of(index, static_cast<int>(x.size()), result_rank, y);
  if (!item) return std::nullopt;
  const int at = static_cast<int>(item->at);
  const bool is_whole =
      at == index.size() || index[at] == basic_index::whole ||
      (index[at + 1] == 0 && index[at + 2] == length(x, item->axis) && index[at + 3] == 1);
  return is_whole ? std::optional(item->axis) : std::nullopt;
}

bool is_elementwise(const Primitive& primitive) {
  const Kind kind = role_of(primitive).kind;
  return primitive.elementwise || kind == Kind::where || kind == Kind::identity ||
         kind == Kind::convert;
}

}  // namespace

std::optional<Axis> axis_in_operand(const Program& program, const Instruction& instruction,
                                    std::size_t k, Axis y, std::int64_t count) {
  const Primitive& primitive = *instruction.primitive;
  const Payload* const payload = instruction.payload.pointer();
  const Type& result = program.types[instruction.result];
  const Lengths x = program.types[program.operands_of(instruction)[k]].shape();
  if (is_elementwise(primitive)) return aligned(x, y);
  if (&primitive == &structural_row_of<Matmul>) {
    const auto slots = program.operands_of(instruction);
    return of_product(result.dtype, program.types[slots[0]].shape(),
                      program.types[slots[1]].shape(), k, y, count);
  }
  if (&primitive == &structural_row_of<Stack>) {
    const auto axis = static_cast<Axis>(parameters_of<Stack>(payload).axis);
    if (axis == y) return std::nullopt;
    return y < axis ? y + 1 : y;
  }
  switch (role_of(primitive).kind) {
    case Kind::fold: {
      const Reduction& fold = reduction_of(instruction);
      return of_fold(x, fold.axes, fold.keepdims, y, count);
    }
    case Kind::joins:
      if (parameters_of<Concatenate>(payload).axis == y) return std::nullopt;
      return y;
    case Kind::reshape:
      return of_reshape(x, result.shape(), y);
    case Kind::broadcast_to:
      return aligned(x, y);
    case Kind::transpose:
      return of_transpose(parameters_of<Transpose>(payload), y);
    case Kind::slice:
      return of_slice(parameters_of<Slice>(payload).index, x, result.ndim(), y);
    default:
      return std::nullopt;
  }
}

Ref<Payload> with_fewer(const Program& program, const Instruction& instruction, Axis y,
                        std::int64_t count) {
  const Payload* const payload = instruction.payload.pointer();
  const Type& result = program.types[instruction.result];
  Shape shape(result.shape());
  shape[shape.size() + y] = count;
  switch (role_of(*instruction.primitive).kind) {
    case Kind::reshape:
      return payload_of(Reshape{.shape = std::move(shape)});
    case Kind::broadcast_to:
      return payload_of(BroadcastTo{.shape = std::move(shape)});
    case Kind::slice: {
      const Dims& index = parameters_of<Slice>(payload).index;
      const int rank = program.types[program.operands_of(instruction)[0]].ndim();
      const auto at = static_cast<int>(item_of(index, rank, result.ndim(), y)->at);
      Dims fewer(index);
      if (at < index.size() && index[at] == basic_index::slice) fewer[at + 2] = count;
      return payload_of(Slice{.index = std::move(fewer)});
    }
    default:
      return instruction.payload;
  }
}

}  // namespace wg::simplify
