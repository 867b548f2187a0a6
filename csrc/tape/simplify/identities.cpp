#include "tape/simplify/identities.h"

#include <algorithm>

#include "core/dtype.h"
#include "primitives/reduction.h"
#include "primitives/shape.h"

namespace wg::simplify {
namespace {

/// Identities of numbers hold for NaN as well if that is a quiet one: an operation of the processor
/// hands on its payload and sign where the other operand is a number. A signalling one it would
/// make quiet, so a value that may hold one, an input say, is left to the operation. Complex
/// products and quotients join parts: x * 1 has x.re * 1 - x.im * 0, which no identity leaves as it
/// is. Whoever wants the value in C order gets no view in its place.
class Identities {
 public:
  Identities(Draft& draft, const Applied& applied) : draft_(draft), applied_(applied) {}

  Slot run() {
    switch (applied_.role.kind) {
      case Kind::positive:
        return itself(operand(0));  // elements are copied, not computed with
      case Kind::convert:
        return converted_back();
      case Kind::add:
        return sum();
      case Kind::subtract:
        // x - 0 is x: -0 - 0 rounds to -0, 0 - 0 to 0. Not so x - -0, which is 0 for -0.
        return is(1, Uniform::plus_zero) ? number(0) : nowhere;
      case Kind::multiply:
        // Exact for every number, with its sign.
        if (is(1, Uniform::one)) return number(0);
        return is(0, Uniform::one) ? number(1) : nowhere;
      case Kind::divide:
        return is(1, Uniform::one) ? number(0) : nowhere;
      case Kind::power:
        // Of integers; that of a NaN need not have its sign.
        return is(1, Uniform::one) && is_integral(applied_.type.dtype) ? operand(0) : nowhere;
      case Kind::negative:
        return twice(Kind::negative);  // the sign's bit, turned twice; integers wrap around twice
      case Kind::conjugate:
        return twice(Kind::conjugate);  // the same of the imaginary part
      case Kind::logical_not:
        // Of what holds nothing but 0 and 1.
        return draft_.type(operand(0)).dtype == DType::boolean ? twice(Kind::logical_not) : nowhere;
      case Kind::absolute:
        // The sign is clear already.
        return draft_.maker(operand(0), Kind::absolute) ? operand(0) : nowhere;
      case Kind::chain:
        return chain();
      case Kind::real:
        return part(0);
      case Kind::imag:
        return part(1);
      case Kind::where:
        return choice();
      case Kind::fold:
        return fold_of_one();
      default:
        return nowhere;
    }
  }

 private:
  Slot operand(std::size_t k) const { return applied_.operands[k]; }
  bool is(std::size_t k, Uniform uniform) const { return draft_.uniform(operand(k)) == uniform; }

  Slot itself(Slot x) const { return draft_.lies_well(x, applied_.setting) ? x : nowhere; }

  /// Operand k where an operation with a neutral number leaves it as it is.
  Slot number(std::size_t k) const {
    const Slot x = operand(k);
    const bool is_complex_number = is_complex(draft_.type(x).dtype);
    return is_complex_number || !draft_.facts(x).is_quiet ? nowhere : itself(x);
  }

  /// x + -0 is x, for -0 + -0 is -0 and 0 + -0 is 0. x + 0 is x but where x is -0.
  Slot sum() const {
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) {
      const Slot x = operand(k);
      if (is(1 - k, Uniform::minus_zero)) return number(k);
      if (is(1 - k, Uniform::plus_zero) && !draft_.facts(x).has_minus_zero) return number(k);
    }
    return nowhere;
  }

  /// The operand of the operand, if that is of this kind.
  Slot twice(Kind kind) const {
    const Instruction* maker = draft_.maker(operand(0), kind);
    return maker ? itself(draft_.operand(*maker, 0)) : nowhere;
  }

  /// What was made wider and narrower again, by which no number changes. To its own dtype nothing
  /// is converted.
  Slot converted_back() const {
    const Slot x = operand(0);
    if (draft_.type(x).dtype == applied_.type.dtype) return itself(x);
    const Instruction* maker = draft_.maker(x, Kind::convert);
    if (!maker) return nowhere;
    const Slot narrow = draft_.operand(*maker, 0);
    const DType from = draft_.type(narrow).dtype, wide = draft_.type(x).dtype;
    if (from != applied_.type.dtype || !is_wider(from, wide)) return nowhere;
    return draft_.facts(narrow).is_quiet ? itself(narrow) : nowhere;
  }

  static bool is_wider(DType from, DType to) {
    if (from == DType::boolean) return true;
    if (from == DType::int32) return to == DType::int64 || to == DType::float64;
    return from == DType::float32 && to == DType::float64;
  }

  /// 0 where either factor is 0, whatever the other is: so `chain` is defined. Beside 1 it is the
  /// other factor, but for -0, which becomes 0.
  Slot chain() const {
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}}) {
      if (is(k, Uniform::plus_zero) || is(k, Uniform::minus_zero)) {
        return draft_.add_zeros(applied_.type, applied_.setting.may_lie_otherwise);
      }
      if (is(k, Uniform::one) && !draft_.facts(operand(1 - k)).has_minus_zero) {
        return number(1 - k);
      }
    }
    return nowhere;
  }

  /// A part of what was put together of parts.
  Slot part(std::size_t k) const {
    const Instruction* maker = draft_.maker(operand(0), Kind::complex);
    return maker ? itself(draft_.operand(*maker, k)) : nowhere;
  }

  /// What a condition chooses that is the same everywhere, or whatever it chooses. Elements are
  /// copied.
  Slot choice() const {
    if (operand(1) == operand(2)) return itself(operand(1));
    const Uniform condition = draft_.uniform(operand(0));
    if (condition == Uniform::none) return nowhere;
    const bool is_second = condition == Uniform::plus_zero || condition == Uniform::minus_zero;
    const Slot chosen = operand(is_second ? 2 : 1);
    const Type& type = draft_.type(chosen);
    if (type.dtype != applied_.type.dtype || type.is_weak) return nowhere;
    return broadcast(chosen);
  }

  Slot broadcast(Slot x) const {
    if (std::ranges::equal(draft_.type(x).shape(), applied_.type.shape())) return itself(x);
    if (!applied_.setting.may_lie_otherwise) return nowhere;
    return draft_.apply(structural_row_of<BroadcastTo>,
                        payload_of(BroadcastTo{.shape = Shape(applied_.type.shape())}), {x},
                        applied_.setting);
  }

  /// A fold begins with its first element, and of one that is all: no 0 is added, by which -0 would
  /// become 0. Sums of n equal elements have roundings of their own, and are no product with n.
  Slot fold_of_one() const {
    const Type& x = draft_.type(operand(0));
    for (const std::int64_t axis : folded_axes()) {
      if (x.shape()[x.shape().size() + static_cast<std::size_t>(axis)] != 1) return nowhere;
    }
    if (x.dtype != applied_.type.dtype || itself(operand(0)) == nowhere) return nowhere;
    return draft_.apply(structural_row_of<Reshape>,
                        payload_of(Reshape{.shape = Shape(applied_.type.shape())}), {operand(0)},
                        applied_.setting);
  }

  const Dims& folded_axes() const {
    const Primitive* const primitive = &applied_.primitive;
    const Payload* const payload = applied_.payload.pointer();
    return primitive == &structural_row_of<Sum>    ? parameters_of<Sum>(payload).axes
           : primitive == &structural_row_of<Prod> ? parameters_of<Prod>(payload).axes
           : primitive == &structural_row_of<Max>  ? parameters_of<Max>(payload).axes
           : primitive == &structural_row_of<Min>  ? parameters_of<Min>(payload).axes
           : primitive == &structural_row_of<Any>  ? parameters_of<Any>(payload).axes
                                                   : parameters_of<All>(payload).axes;
  }

  Draft& draft_;
  const Applied& applied_;
};

}  // namespace

Slot by_identity(Draft& draft, const Applied& applied) { return Identities(draft, applied).run(); }

}  // namespace wg::simplify
