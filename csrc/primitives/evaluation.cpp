#include "primitives/evaluation.h"

#include <algorithm>
#include <stdexcept>

#include "core/broadcast.h"
#include "core/error.h"
#include "core/strided_loop.h"
#include "formulas/formula.h"
#include "kernels/convert.h"
#include "kernels/elementwise.h"
#include "primitives/elementwise.h"
#include "primitives/promotion.h"
#include "primitives/shape.h"

namespace wg {

DType computing_dtype(std::string_view name, const Elementwise& formula,
                      std::span<const Type> types) {
  DType dtype = promoted_dtype(types);
  if (dtype == DType::boolean && !(formula.kinds & boolean) && (formula.kinds & integer)) {
    if (name == "subtract" || name == "negative" || name == "positive" || name == "sign") {
      fail<DTypeError>(
          name, ": the operands are boolean; NumPy has logical_xor and logical_not for that");
    }
    if (name == "gcd" || name == "lcm")
      fail<DTypeError>(name, ": the operands are boolean; integers are needed");
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

/// Integers have no negative powers.
void check_exponent(const View& exponent) {
  if (!is_integral(exponent.dtype)) return;
  bool is_negative = false;
  const StridedLoop<1> loop(exponent.shape(), {Dims(exponent.strides())});
  loop.for_each_run([&](const auto& at, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t place = at[0] + i * loop.step(0);
      is_negative |= exponent.dtype == DType::int64 ? exponent.as<const std::int64_t>()[place] < 0
                                                    : exponent.as<const std::int32_t>()[place] < 0;
    }
  });
  if (is_negative) {
    fail<OperandValueError>(
        "power: an exponent is negative and both operands are integers; a floating base is needed");
  }
}

/// A Python integer beyond 32 bits beside an array of int32: compared as it is, else refused.
DType widened(std::string_view name, const Elementwise& formula, std::span<const View> operands,
              DType dtype) {
  if (dtype != DType::int32) return dtype;
  for (const View& x : operands) {
    if (!x.is_weak || x.dtype != DType::int64 || x.ndim() != 0) continue;
    const std::int64_t value = *x.as<const std::int64_t>();
    if (value == static_cast<std::int32_t>(value)) continue;
    if (formula.is_predicate) return DType::int64;
    fail<std::overflow_error>(name, ": the integer ", value,
                              " was given beside int32; one of 32 bits is needed");
  }
  return dtype;
}

bool is_integer_power(const Primitive& primitive, DType dtype) {
  return !is_inexact(dtype) && primitive.name == "power";
}

}  // namespace

bool evaluate_quickly(const Primitive& primitive, std::span<const Tensor* const> operands,
                      bool are_given, Array& out) {
  const Elementwise& formula = *primitive.elementwise;
  const Array& strong = operands[operands[0]->value.is_weak() ? operands.size() - 1 : 0]->value;
  const DType dtype = strong.dtype();
  const auto scalar = formula.scalar[index(dtype)].scalar;
  if (strong.is_weak() || !scalar || is_integer_power(primitive, dtype)) return false;
  const Array *shaped = nullptr, *given = nullptr;
  Strided runs[2];
  alignas(16) std::byte converted[16];
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Array& x = operands[i]->value;
    runs[i] = {x.data(), 0};
    if (x.dtype() != dtype) {  // a Python number beside floating-point arrays
      if (!x.is_scalar() || !x.is_weak() || !is_inexact(dtype) ||
          promote_weak(dtype, x.dtype()) != dtype) {
        return false;
      }
      convert_run(x.dtype(), x.data(), 1, dtype, converted, 1);
      runs[i].data = converted;
    }
    if (x.is_scalar()) continue;
    const Layout& own = x.layout();
    if (!own.is_dense() || own.size() > small_elements ||
        (shaped && !same_shape(own, shaped->layout())))
      return false;
    shaped = &x;
    if (are_given && x.is_writable_alone()) given = &x;
    runs[i].step = 1;
  }
  const std::int64_t n = shaped ? shaped->size() : 1;
  const DType result = out_dtype(formula, dtype);
  if (given && result == dtype) {
    out = given->with_weak(false);
  } else {
    out = Array::empty(result, shaped ? shaped->layout_reference() : nullptr);
  }
  if (n == 1) {
    const std::byte* elements[] = {runs[0].data, runs[1].data};
    scalar(elements, out.mutable_data());
  } else {
    elementwise_kernel(formula.formula, dtype).forward(runs, out.mutable_data(), n);
  }
  return true;
}

void evaluate_formula(const Primitive& primitive, std::span<const View> operands, const View& out) {
  const Elementwise& formula = *primitive.elementwise;
  if (is_integer_power(primitive, operands[0].dtype)) check_exponent(operands[1]);
  DType dtype = out.dtype;
  if (formula.is_predicate) {
    Type types[2];
    for (std::size_t i = 0; i < operands.size(); ++i) {
      types[i].dtype = operands[i].dtype;
      types[i].is_weak = operands[i].is_weak;
    }
    dtype = computing_dtype(primitive.name, formula, std::span(types, operands.size()));
  }
  dtype = widened(primitive.name, formula, operands, dtype);
  evaluate_elementwise(elementwise_kernel(formula.formula, dtype), operands, dtype, out);
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

/// Adds a cotangent (or a tangent) times a partial to `sum`, by the adjoint's kernel. Values are
/// the operands and the output.
void add_product(const Primitive& primitive, int operand, std::span<const Array* const> values,
                 const Array& factor, Array& sum) {
  const DType dtype = factor.dtype();
  const int arity = primitive.arity;
  View given[4];
  for (int i = 0; i <= arity; ++i) {
    const auto k = static_cast<std::size_t>(i);
    given[i] = is_read(primitive.reads_for(operand), i, arity)
                   ? view_of(*values[k])
                   : View{nullptr, &Layout::scalar(), dtype};
  }
  given[arity + 1] = view_of(factor);
  const bool accumulate = sum.is_defined();
  if (!accumulate) {
    sum = factor.is_scalar()  ? Array::empty(dtype, nullptr)
          : factor.is_dense() ? Array::empty(dtype, factor.layout_reference())
                              : Array::empty(dtype, factor.shape());
  }
  adjoint_elementwise(elementwise_kernel(primitive.elementwise->formula, dtype), operand,
                      std::span(given, static_cast<std::size_t>(arity + 2)), view_of(sum),
                      accumulate);
}

/// What the tangent of one operand adds to that of the output, which `t` has the type of: both
/// multiply by the same partial.
void push_into(Array& sum, const Primitive& primitive, std::span<const Tensor> x, const Array& y,
               const Array& t, int operand) {
  const Array* values[3];
  for (std::size_t i = 0; i < x.size(); ++i) values[i] = &x[i].value;
  values[x.size()] = &y;
  add_product(primitive, operand, std::span(values, x.size() + 1), t, sum);
}

}  // namespace

void add_adjoint(const Node& node, const Array& ct, int operand, Array& sum) {
  const Primitive& primitive = node.primitive();
  const int arity = node.arity();
  Array values[3];
  const Array* pointers[3];
  for (int i = 0; i <= arity; ++i) {
    if (is_read(primitive.reads_for(operand), i, arity))
      values[i] = i == arity ? node.output() : node.operands()[static_cast<std::size_t>(i)].value();
    pointers[i] = &values[i];
  }
  add_product(primitive, operand, std::span(pointers, static_cast<std::size_t>(arity + 1)), ct,
              sum);
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
