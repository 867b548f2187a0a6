#include "tape/simplify/joined_stores.h"

#include <cstring>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "primitives/movement.h"
#include "primitives/shape.h"

namespace wg::simplify {

Slot JoinedStores::add_slot(Type type) {
  program_.types.push_back(std::move(type));
  return static_cast<Slot>(program_.types.size() - 1);
}

Slot JoinedStores::zeros_like(const Type& type) {
  Array zeros = Array::zeros(type.dtype, type.shape());
  const Slot slot = add_slot({type.dtype, zeros.layout_reference()});
  program_.constants.emplace_back(slot, std::move(zeros));
  return slot;
}

void JoinedStores::rebuild(const std::vector<Joined>& all) {
  std::vector<Ref<Node>> nodes;
  instructions_.reserve(program_.instructions.size() + 2 * all.size());
  auto joined = all.begin();
  auto reading = program_.readings.begin();
  for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
    for (; reading != program_.readings.end() && reading->before == i; ++reading)
      reading->before = static_cast<std::uint32_t>(instructions_.size());
    Instruction& own = program_.instructions[i];
    if (joined == all.end() || joined->last != i) {
      instructions_.push_back(std::move(own));
    } else {
      replace(own, *joined++);
    }
    if (!program_.nodes.empty()) nodes.resize(instructions_.size(), program_.nodes[i]);
  }
  for (; reading != program_.readings.end(); ++reading)
    reading->before = static_cast<std::uint32_t>(instructions_.size());
  program_.instructions = std::move(instructions_);
  program_.nodes = std::move(nodes);
}

void JoinedStores::replace(const Instruction& own, const Joined& joined) {
  const bool adds = own.primitive == &structural_row_of<AddAtSlice>;
  const Slot result = own.result;
  const Type type = program_.types[result];
  const std::int64_t count[] = {type.size()};
  const Type flat = joined.is_flat ? Type(type.dtype, count) : type;
  const Slot summed = joined.is_flat ? add_slot(flat) : result;
  for (const auto& [a, b, sum] : joined.sums) append_sum(a, b, sum);
  if (!joined.places.empty()) {
    add_at_places(joined, flat, summed);
  } else {
    const Slot stacked = adds ? add_slot(flat) : summed;
    append(*joined.primitive, joined.payload, joined.updates, stacked);
    // The first update was added to 0, which makes 0 of -0. At the end that comes to the same: of
    // a and b that are not both -0, no sum is -0, and 0 changes no other.
    if (adds) append_sum(stacked, zeros_like({type.dtype, nullptr}), summed);
  }
  if (joined.is_flat) append_reshape(summed, type, result);
}

void JoinedStores::add_at_places(const Joined& joined, const Type& type, Slot result) {
  const std::int64_t axis = parameters_of<Stack>(joined.payload.pointer()).axis;
  const std::int64_t count[] = {static_cast<std::int64_t>(joined.places.size())};
  Shape shape(type.shape());
  shape[type.ndim() + static_cast<int>(axis)] = count[0];
  const Slot updates = add_slot({type.dtype, Layout::dense(shape)});
  Array places = Array::empty(DType::int64, Layout::dense(count));
  std::memcpy(places.mutable_data(), joined.places.data(),
              joined.places.size() * sizeof(std::int64_t));
  const Slot index = add_slot({DType::int64, places.layout_reference()});
  program_.constants.emplace_back(index, std::move(places));
  Slot base = joined.base;
  if (joined.is_flat) {
    base = add_slot(type);
    append_reshape(joined.base, type, base);
  }
  append(*joined.primitive, joined.payload, joined.updates, updates);
  const Slot operands[] = {base, updates, index};
  append(structural_row_of<AddAt>, payload_of(AddAt{.axes = {axis}, .behind = -axis - 1}), operands,
         result);
}

void JoinedStores::append(const Primitive& primitive, Ref<Payload> payload,
                          std::span<const Slot> operands, Slot result) {
  const auto first = static_cast<std::uint32_t>(program_.operands.size());
  program_.operands.insert(program_.operands.end(), operands.begin(), operands.end());
  instructions_.push_back({&primitive, std::move(payload), first,
                           static_cast<std::uint32_t>(operands.size()), result, 1, false});
}

void JoinedStores::append_sum(Slot a, Slot b, Slot sum) {
  const Slot terms[] = {a, b};
  append(formula_row<Add>(), nullptr, terms, sum);
}

void JoinedStores::append_reshape(Slot x, const Type& type, Slot result) {
  append(structural_row_of<Reshape>, payload_of(Reshape{.shape = Shape(type.shape())}),
         std::span(&x, 1), result);
}

}  // namespace wg::simplify
