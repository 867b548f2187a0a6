#include "primitives/evaluation.h"

#include <algorithm>
#include <stdexcept>

#include "core/broadcast.h"
#include "core/copy.h"
#include "core/error.h"
#include "formulas/formula.h"
#include "kernels/convert.h"
#include "kernels/elementwise.h"
#include "primitives/elementwise.h"
#include "primitives/shape.h"

namespace wg {

DType computing_dtype(std::string_view name, const Elementwise& formula,
                      std::span<const Type> types) {
  bool has_strong = false, has_weak = false;
  DType strong = DType::boolean, weak = DType::boolean;
  for (const Type& type : types) {
    DType& kind = type.is_weak ? weak : strong;
    bool& seen = type.is_weak ? has_weak : has_strong;
    kind = seen ? promote(kind, type.dtype) : type.dtype;
    seen = true;
  }
  DType dtype = !has_strong ? weak : has_weak ? promote_weak(strong, weak) : strong;
  if (dtype == DType::boolean && !(formula.kinds & boolean) && (formula.kinds & integer)) {
    if (name == "subtract" || name == "negative" || name == "positive" || name == "sign") {
      fail<DTypeError>(
          name, ": the operands are boolean; NumPy has logical_xor and logical_not for that");
    }
    dtype = DType::int64;
  }
  if (!is_inexact(dtype) && !(formula.kinds & (dtype == DType::boolean ? boolean : integer))) {
    dtype = DType::float64;
  }
  if (is_inexact(dtype) && !(formula.kinds & (real | complex))) {
    fail<DTypeError>(name, ": an operand is ", wg::name(dtype),
                     "; an integer or boolean dtype is needed");
  }
  if (is_complex(dtype) && !(formula.kinds & complex)) {
    fail<DTypeError>(name, ": an operand is ", wg::name(dtype), "; a real dtype is needed");
  }
  return dtype;
}

namespace {

constexpr std::int64_t small_elements =
    16'384;  // below, a kernel call is not worth a second thought

DType out_dtype(const Elementwise& formula, DType computing) {
  return formula.is_predicate ? DType::boolean : computing;
}

bool stays_weak(const Elementwise& formula, std::span<const Type> types) {
  bool weak = formula.keeps_weak;
  for (const Type& type : types) weak &= type.is_weak;
  return weak;
}

Ref<Layout> broadcast_layout(std::string_view name, const Ref<Layout>& x, const Ref<Layout>& y) {
  if (!y || x == y) return x;
  if (!x) return y;
  if (same_shape(*x, *y)) return x;
  return Layout::dense(broadcast_shapes(name, x->shape(), y->shape()));
}

/// The dense layout of the result; operands may be strided.
Ref<Layout> result_layout(std::string_view name, std::span<const Type> types) {
  Ref<Layout> layout = types[0].layout;
  if (types.size() == 2) layout = broadcast_layout(name, layout, types[1].layout);
  if (layout && !layout->is_dense()) layout = Layout::dense(layout->shape());
  return layout;
}

/// Operands of one strong dtype, dense, of one shape or scalar: most of what is ever evaluated.
bool evaluate_plainly(const Elementwise& formula, std::span<const Tensor* const> operands,
                      Array& out) {
  const Array& first = operands[0]->value;
  const DType dtype = first.dtype();
  const Kernel& kernel = elementwise_kernel(formula.formula, dtype);
  if (!kernel.forward || formula.is_predicate) return false;
  const Layout* layout = nullptr;
  const Array* shaped = nullptr;
  bool is_strong = false;
  Strided runs[2];
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Array& x = operands[i]->value;
    if (x.dtype() != dtype) return false;
    is_strong |= !x.is_weak();
    runs[i] = {x.data(), 0};
    if (x.is_scalar()) continue;
    const Layout& own = x.layout();
    if (!own.is_dense() || own.size() > small_elements || (layout && !same_shape(own, *layout)))
      return false;
    layout = &own;
    shaped = &x;
    runs[i].step = 1;
  }
  if (!layout || !is_strong) return false;
  out = Array::empty(dtype, shaped->layout_reference());
  kernel.forward(runs, out.mutable_data(), layout->size());
  return true;
}

/// Integers have no negative powers.
void check_exponent(const Array& exponent) {
  if (is_inexact(exponent.dtype()) || exponent.dtype() == DType::boolean) return;
  const Array values = dense(convert(exponent, DType::int64));
  const auto* first = values.data<std::int64_t>();
  if (std::any_of(first, first + values.size(), [](std::int64_t n) { return n < 0; })) {
    fail<OperandValueError>(
        "power: an exponent is negative and both operands are integers; a floating base is needed");
  }
}

/// A Python integer beyond 32 bits beside an array of int32: compared as it is, else refused.
DType widened(std::string_view name, const Elementwise& formula,
              std::span<const Tensor* const> operands, DType dtype) {
  if (dtype != DType::int32) return dtype;
  for (const Tensor* operand : operands) {
    const Array& x = operand->value;
    if (!x.is_weak() || x.dtype() != DType::int64 || !x.is_scalar()) continue;
    const auto value = x.item<std::int64_t>();
    if (value == static_cast<std::int32_t>(value)) continue;
    if (formula.is_predicate) return DType::int64;
    fail<std::overflow_error>(name, ": the integer ", value,
                              " was given beside int32; one of 32 bits is needed");
  }
  return dtype;
}

}  // namespace

Array evaluate_formula(const Primitive& primitive, std::span<const Tensor* const> operands) {
  const Elementwise& formula = *primitive.elementwise;
  if (!is_inexact(operands[0]->dtype()) && primitive.name == "power")
    check_exponent(operands[1]->value);
  Array out;
  if (evaluate_plainly(formula, operands, out)) return out;
  Type types[2];
  const Array* arrays[2];
  for (std::size_t i = 0; i < operands.size(); ++i) {
    types[i] = operands[i]->type();
    arrays[i] = &operands[i]->value;
  }
  const std::span given(types, operands.size());
  const DType dtype =
      widened(primitive.name, formula, operands, computing_dtype(primitive.name, formula, given));
  out = evaluate_elementwise(elementwise_kernel(formula.formula, dtype),
                             std::span(arrays, operands.size()), dtype, out_dtype(formula, dtype),
                             result_layout(primitive.name, given));
  return stays_weak(formula, given) ? out.with_weak(true) : out;
}

Type infer_formula(const Primitive& primitive, std::span<const Type> types) {
  const Elementwise& formula = *primitive.elementwise;
  const DType dtype = computing_dtype(primitive.name, formula, types);
  return {out_dtype(formula, dtype), result_layout(primitive.name, types),
          stays_weak(formula, types)};
}

namespace {

/// Operand i of a formula, or its output where i is the arity.
bool is_read(unsigned reads, int i, int arity) {
  return i == arity ? (reads & Node::keep_output) != 0 : (reads >> i & 1) != 0;
}

/// What the tangent of one operand adds to that of the output, which `t` has the type of: the
/// kernel of the adjoint, since both multiply by the same partial.
void push_into(Array& sum, const Primitive& primitive, std::span<const Tensor> x, const Array& y,
               const Array& t, int operand) {
  const Elementwise& formula = *primitive.elementwise;
  const int arity = primitive.arity;
  const Array unread = Array::abstract(t.dtype(), nullptr);
  const Array* values[3];
  for (int i = 0; i <= arity; ++i) {
    const Array& value = i == arity ? y : x[static_cast<std::size_t>(i)].value;
    values[i] = is_read(primitive.reads_for(operand), i, arity) ? &value : &unread;
  }
  adjoint_elementwise(elementwise_kernel(formula.formula, t.dtype()), arity, operand,
                      std::span(values, static_cast<std::size_t>(arity + 1)), t, sum);
}

}  // namespace

void add_adjoint(const Node& node, const Array& ct, int operand, Array& sum) {
  const Elementwise& formula = *node.primitive().elementwise;
  const int arity = node.arity();
  Array values[3];
  const Array* pointers[3];
  const unsigned reads = node.primitive().reads_for(operand);
  for (int i = 0; i <= arity; ++i) {
    if (is_read(reads, i, arity))
      values[i] = i == arity ? node.output() : node.operands()[static_cast<std::size_t>(i)].value();
    else
      values[i] = Array::abstract(ct.dtype(), nullptr);
    pointers[i] = &values[i];
  }
  adjoint_elementwise(elementwise_kernel(formula.formula, ct.dtype()), arity, operand,
                      std::span(pointers, static_cast<std::size_t>(arity + 1)), ct, sum);
}

Array push_tangents(const Primitive& primitive, std::span<const Tensor> x, const Array& y,
                    std::span<const Tensor> tangents) {
  const Elementwise& formula = *primitive.elementwise;
  Evaluate evaluate;
  Array sum;
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!tangents[k].value.is_defined() || formula.vanishes[k]) continue;
    const Array& own = tangents[k].value;
    const bool fits = own.dtype() == y.dtype() && same_shape(own.layout(), y.layout());
    const Array t = fits ? own : fitted(evaluate.constant(own), evaluate.constant(y)).tensor.value;
    const bool is_in_place = sum.is_defined() && sum.is_writable_alone() && sum.is_dense();
    if (is_in_place) {
      push_into(sum, primitive, x, y, t, static_cast<int>(k));
      continue;
    }
    Array term;
    if (formula.passes[k])
      term = t;
    else
      push_into(term, primitive, x, y, t, static_cast<int>(k));
    sum =
        sum.is_defined()
            ? (evaluate.constant(std::move(sum)) + evaluate.constant(std::move(term))).tensor.value
            : std::move(term);
  }
  return sum.is_defined() && sum.is_weak() != y.is_weak() ? sum.with_weak(y.is_weak()) : sum;
}

}  // namespace wg
