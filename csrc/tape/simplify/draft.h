/// A simplified program in the making, with what is known of its values.
#pragma once

#include <initializer_list>
#include <span>

#include "graph/program.h"
#include "tape/simplify/constants.h"
#include "tape/simplify/role.h"
#include "tape/simplify/sharing.h"

namespace wg::simplify {

inline constexpr Slot nowhere = UINT32_MAX;

/// What an instruction brings to a rule beside its primitive and operands.
struct Setting {
  bool passes;             // a derivative passes it
  bool may_lie_otherwise;  // no user asks how the result lies in memory
  std::uint32_t call;      // in which it stands; 0: in none
};

/// An application that is about to become an instruction.
struct Applied {
  const Primitive& primitive;
  const Role& role;
  const Ref<Payload>& payload;
  std::span<const Slot> operands;
  const Type& type;  // of the result
  bool is_cut;
  Setting setting;
};

/// Grows by instructions on values that it has. Before one is added, rules say what there is that
/// has the same value, and where there is nothing, whether the same was computed before.
class Draft {
 public:
  /// With room for as many instructions as these.
  explicit Draft(const Program& like);

  /// The value of an application: a slot that had it, or that of new instructions.
  Slot apply(const Applied& applied);
  /// The same of an application that a rule makes in the place of another, whose type follows.
  Slot apply(const Primitive& primitive, Ref<Payload> payload, std::span<const Slot> operands,
             const Setting& setting);
  Slot apply(const Primitive& primitive, Ref<Payload> payload, std::initializer_list<Slot> operands,
             const Setting& setting) {
    return apply(primitive, std::move(payload), std::span(operands.begin(), operands.size()),
                 setting);
  }
  /// An instruction of several results, whose types are given; the first slot.
  Slot apply_compound(const Instruction& instruction, std::span<const Slot> operands,
                      std::span<const Type> types, std::uint32_t call);
  Slot add_input(const Type& type);
  Slot add_constant(Array value);
  /// A constant of that type: +0 in every element, as a view of one, or with memory of its own.
  Slot add_zeros(const Type& type, bool may_be_view);

  const Type& type(Slot slot) const { return program.types[slot]; }
  const Facts& facts(Slot slot) const { return values_[slot].facts; }
  /// Null for inputs and constants.
  const Instruction* maker(Slot slot) const;
  /// The maker, if it is of this kind, else null.
  const Instruction* maker(Slot slot, Kind kind) const;
  /// Null for what is computed, or an input.
  const Array* constant(Slot slot) const;
  Uniform uniform(Slot slot) const;
  Slot operand(const Instruction& instruction, std::size_t k) const {
    return program.operands[instruction.first_operand + k];
  }
  bool is_real(Slot slot) const { return is_floating(type(slot).dtype); }
  /// Whether a value may stand where elements are asked for that lie in C order, or anyhow.
  bool lies_well(Slot slot, const Setting& setting) const {
    return setting.may_lie_otherwise || facts(slot).is_dense;
  }

  /// The node, if there is one, of what instructions are made for from now on.
  void stand_for(const Ref<Node>* node) { node_ = node; }

  Program program;  // without uses
  // By instruction: the call in which it stands. Empty if there are none.
  Table<std::uint32_t> calls;

 private:
  static constexpr std::uint32_t is_constant = 1u << 31;  // of an origin

  struct Value {
    std::uint32_t origin;  // an instruction, or a constant and the mark of one, or nowhere
    Facts facts;
  };

  Slot add_slot(Type type, std::uint32_t origin, Facts facts);
  Slot append(const Primitive& primitive, const Ref<Payload>& payload,
              std::span<const Slot> operands, std::span<const Type> types, bool is_cut,
              std::uint32_t call);
  /// What a rule finds that has the value of the application, or nowhere.
  Slot by_rule(const Applied& applied);
  /// The slot that a rule found, if it may stand in the place of the application.
  bool fits(Slot slot, const Applied& applied) const;
  Facts facts_of(const Applied& applied) const;

  const Ref<Node>* node_ = nullptr;
  Table<Value> values_;      // by slot
  Table<Uniform> uniforms_;  // by constant
  SharedInstructions instructions_;
  SharedConstants constants_;
};

inline const Instruction* Draft::maker(Slot slot) const {
  const std::uint32_t origin = values_[slot].origin;
  return origin & is_constant ? nullptr : &program.instructions[origin];
}

inline const Instruction* Draft::maker(Slot slot, Kind kind) const {
  const Instruction* found = maker(slot);
  return found && role_of(*found->primitive).kind == kind ? found : nullptr;
}

inline const Array* Draft::constant(Slot slot) const {
  const std::uint32_t origin = values_[slot].origin;
  if (origin == nowhere || !(origin & is_constant)) return nullptr;
  return &program.constants[origin & ~is_constant].second;
}

inline Uniform Draft::uniform(Slot slot) const {
  const std::uint32_t origin = values_[slot].origin;
  if (origin == nowhere || !(origin & is_constant)) return Uniform::none;
  return uniforms_[origin & ~is_constant];
}

/// Whether values of the two types are of one dtype, weakness and shape.
bool is_same_type(const Type& a, const Type& b);

}  // namespace wg::simplify
