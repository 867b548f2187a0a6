#include "tape/simplify/draft.h"

#include <algorithm>

#include "core/few.h"
#include "tape/simplify/folding.h"
#include "tape/simplify/identities.h"
#include "tape/simplify/interleaved.h"
#include "tape/simplify/movements.h"
#include "tape/simplify/parts.h"
#include "tape/simplify/strided.h"

namespace wg::simplify {
namespace {

Type type_of(const Array& value) {
  return {value.dtype(), value.layout_reference(), value.is_weak()};
}

}  // namespace

bool is_same_type(const Type& a, const Type& b) {
  return a.dtype == b.dtype && a.is_weak == b.is_weak &&
         (a.layout == b.layout || std::ranges::equal(a.shape(), b.shape()));
}

Draft::Draft(const Program& like) : instructions_(like.instructions.size(), like.types.size()) {
  program.types.reserve(like.types.size());
  program.instructions.reserve(like.instructions.size());
  program.operands.reserve(like.operands.size());
  program.constants.reserve(like.constants.size());
  values_.reserve(like.types.size());
}

Slot Draft::add_slot(Type type, std::uint32_t origin, Facts facts) {
  program.types.push_back(std::move(type));
  values_.push_back({origin, facts});
  return static_cast<Slot>(values_.size() - 1);
}

Slot Draft::add_input(const Type& type) {
  const Facts facts{.moves = is_inexact(type.dtype),
                    .is_dense = type.ndim() == 0,
                    .is_quiet = !is_inexact(type.dtype),
                    .has_minus_zero = is_inexact(type.dtype)};
  const Slot slot = add_slot(type, nowhere, facts);
  program.inputs.push_back(slot);
  return slot;
}

Slot Draft::add_constant(Array value) {
  const bool has_value = !value.is_abstract();
  if (has_value) {
    const std::uint32_t found = constants_.find(program, value);
    if (found != HashTable::none) return program.constants[found].first;
  }
  const auto number = static_cast<std::uint32_t>(program.constants.size());
  const Slot slot = add_slot(type_of(value), number | is_constant, simplify::facts_of(value));
  uniforms_.push_back(uniform_of(value));
  program.constants.emplace_back(slot, std::move(value));
  if (has_value) constants_.enter(number);
  return slot;
}

Slot Draft::add_zeros(const Type& type, bool may_be_view) {
  Array zeros;
  if (may_be_view && type.ndim() > 0) {
    const Dims none(type.ndim(), 0);
    zeros = Array::zeros(type.dtype, {}).view(Layout::strided(type.shape(), none), 0);
  } else {
    zeros = Array::zeros(type.dtype, type.shape());
  }
  zeros.set_weak(type.is_weak);
  return add_constant(std::move(zeros));
}

Facts Draft::facts_of(const Applied& applied) const {
  const Primitive& primitive = applied.primitive;
  bool all_quiet = true, any_minus_zero = false, all_minus_zero = true, all_dense = true;
  Facts facts;
  for (const Slot slot : applied.operands) {
    const Facts& own = values_[slot].facts;
    facts.moves |= own.moves;
    all_quiet &= own.is_quiet;
    any_minus_zero |= own.has_minus_zero;
    all_minus_zero &= own.has_minus_zero;
    all_dense &= own.is_dense;
  }
  const DType dtype = applied.type.dtype;
  facts.moves &= is_inexact(dtype) && primitive.is_differentiable && !applied.is_cut;
  // What has no view is evaluated into dense memory. So is a reshape that is no view; of what is
  // dense all reshapes lie densely.
  const Kind kind = applied.role.kind;
  facts.is_dense =
      applied.type.ndim() == 0 || !primitive.view ||
      (all_dense && (kind == Kind::reshape || kind == Kind::identity || kind == Kind::convert));
  if (!is_inexact(dtype)) {
    facts.is_quiet = true;
    facts.has_minus_zero = false;
    return facts;
  }
  if (is_complex(dtype)) return facts;
  const bool moves_elements = (kind >= Kind::joins && kind <= Kind::slice) ||
                              kind == Kind::identity || kind == Kind::set_at_slice ||
                              kind == Kind::positive;
  facts.is_quiet = applied.role.is_quiet || (moves_elements && all_quiet);
  facts.has_minus_zero = !applied.role.is_never_minus_zero;
  if (moves_elements) {
    facts.has_minus_zero = any_minus_zero;
  } else if (kind == Kind::add) {
    // Rounding to nearest, a sum is -0 only if both terms are: what cancels gives +0, and a sum
    // does not underflow.
    facts.has_minus_zero = all_minus_zero;
  } else if (kind == Kind::subtract) {
    facts.has_minus_zero = values_[applied.operands[0]].facts.has_minus_zero;
  }
  return facts;
}

Slot Draft::append(const Primitive& primitive, const Ref<Payload>& payload,
                   std::span<const Slot> operands, std::span<const Type> types, bool is_cut,
                   std::uint32_t call) {
  const auto number = static_cast<std::uint32_t>(program.instructions.size());
  const auto first = static_cast<std::uint32_t>(program.operands.size());
  program.operands.insert(program.operands.end(), operands.begin(), operands.end());
  const auto result = static_cast<Slot>(program.types.size());
  program.instructions.push_back({&primitive, payload, first,
                                  static_cast<std::uint32_t>(operands.size()), result,
                                  static_cast<std::uint32_t>(types.size()), is_cut});
  if (node_) program.nodes.push_back(*node_);
  if (call != 0 && calls.empty()) calls.resize(number);
  if (call != 0 || !calls.empty()) calls.push_back(call);
  for (const Type& type : types) add_slot(type, number, Facts());
  return result;
}

bool Draft::fits(Slot slot, const Applied& applied) const {
  return slot != nowhere && is_same_type(type(slot), applied.type) &&
         (applied.setting.passes || !facts(slot).moves);
}

Slot Draft::by_rule(const Applied& applied) {
  const Kind kind = applied.role.kind;
  if (kind == Kind::identity) return applied.operands[0];
  if (kind < Kind::reshape) return by_identity(*this, applied);
  if (kind >= Kind::gather) return by_interleaving(*this, applied);
  if (kind >= Kind::as_strided) return by_basic_index(*this, applied);
  if (const Slot slot = by_movement(*this, applied); slot != nowhere) return slot;
  return by_parts(*this, applied);
}

Slot Draft::apply(const Applied& applied) {
  if (const Slot slot = folded(*this, applied); fits(slot, applied)) return slot;
  if (applied.role.kind != Kind::other) {
    if (const Slot slot = by_rule(applied); fits(slot, applied)) return slot;
  }
  const Sought sought{applied.primitive, applied.payload.pointer(), applied.operands,
                      applied.is_cut, applied.setting.call};
  if (const Slot slot = instructions_.find(program, calls, sought); slot != HashTable::none) {
    return slot;
  }
  const Facts facts = facts_of(applied);
  instructions_.enter(static_cast<std::uint32_t>(program.instructions.size()));
  const Slot slot = append(applied.primitive, applied.payload, applied.operands,
                           std::span(&applied.type, 1), applied.is_cut, applied.setting.call);
  values_[slot].facts = facts;
  return slot;
}

Slot Draft::apply(const Primitive& primitive, Ref<Payload> payload, std::span<const Slot> operands,
                  const Setting& setting) {
  Few<Type> types(operands.size(), [&](std::size_t k) { return type(operands[k]); });
  const Type type = primitive.infer(payload.pointer(), types);
  bool moves = false;
  for (const Slot slot : operands) moves |= facts(slot).moves;
  return apply(Applied{.primitive = primitive,
                       .role = role_of(primitive),
                       .payload = payload,
                       .operands = operands,
                       .type = type,
                       .is_cut = moves && !setting.passes,
                       .setting = setting});
}

Slot Draft::apply_compound(const Instruction& instruction, std::span<const Slot> operands,
                           std::span<const Type> types, std::uint32_t call) {
  // A factorization is a function of its operand; what a rule in the host language does is its own.
  const bool is_shared = !instruction.primitive->results.empty();
  if (is_shared) {
    const Sought sought{*instruction.primitive, instruction.payload.pointer(), operands,
                        instruction.is_cut, call};
    if (const Slot slot = instructions_.find(program, calls, sought); slot != HashTable::none) {
      return slot;
    }
    instructions_.enter(static_cast<std::uint32_t>(program.instructions.size()));
  }
  bool moves = false;
  for (const Slot slot : operands) moves |= facts(slot).moves;
  const Slot first = append(*instruction.primitive, instruction.payload, operands, types,
                            instruction.is_cut, call);
  for (std::size_t k = 0; k < types.size(); ++k) {
    values_[first + k].facts.moves = moves && !instruction.is_cut && is_inexact(types[k].dtype);
  }
  return first;
}

}  // namespace wg::simplify
