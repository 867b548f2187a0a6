/// Instructions with new values, behind those that a program has.
#pragma once

#include <vector>

#include "graph/program.h"
#include "primitives/indexing.h"

namespace wg::simplify {

/// `types` and `operands` are the program's, and grow.
class Growing {
 public:
  explicit Growing(Table<Type>& types, Table<Slot>& operands)
      : types_(types), operands_(operands) {}

  Slot add_slot(Type type) {
    types_.push_back(std::move(type));
    return static_cast<Slot>(types_.size() - 1);
  }
  void append(Instruction own, std::span<const Slot> slots) {
    own.first_operand = static_cast<std::uint32_t>(operands_.size());
    own.operand_count = static_cast<std::uint32_t>(slots.size());
    operands_.insert(operands_.end(), slots.begin(), slots.end());
    instructions.push_back(std::move(own));
  }
  Slot apply(const Primitive& primitive, Ref<Payload> payload, std::span<const Slot> slots) {
    std::vector<Type> types;
    for (const Slot slot : slots) types.push_back(types_[slot]);
    const Slot result = add_slot(primitive.infer(payload.pointer(), types));
    append({&primitive, std::move(payload), 0, 0, result, 1, false}, slots);
    return result;
  }
  Slot take(Slot array, std::int64_t element) {
    Dims index;
    basic_index::add_integer(index, element);
    return apply(structural_row_of<Slice>, payload_of(Slice{.index = std::move(index)}),
                 std::span(&array, 1));
  }
  Slot take(Slot array, std::int64_t start, std::int64_t count, std::int64_t stride) {
    if (start == 0 && stride == 1 && count == types_[array].shape()[0]) return array;
    Dims index;
    basic_index::add_slice(index, start, count, stride);
    return apply(structural_row_of<Slice>, payload_of(Slice{.index = std::move(index)}),
                 std::span(&array, 1));
  }

  Table<Instruction> instructions;

 private:
  Table<Type>& types_;
  Table<Slot>& operands_;
};

}  // namespace wg::simplify
