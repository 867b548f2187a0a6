#include "tape/plan/values.h"

#include "kernels/convert.h"
#include "primitives/shape.h"

namespace wg {

Values::Values(const Program& program, Steps& steps)
    : program_(program),
      steps_(steps),
      value_of_(program.types.size(), none),
      uses_left_(program.uses.begin(), program.uses.end()),
      result_of_(program.types.size(), none),
      parts_(joined_in(program)),
      part_of_(parts_.empty() ? 0 : program.types.size(), none) {
  storages_.reserve(program.types.size());
  for (std::size_t k = program.results.size(); k-- > 0;) {
    result_of_[program.results[k]] = static_cast<std::uint32_t>(k);
  }
  find_places_of_results();
  for (std::size_t k = 0; k < parts_.size(); ++k) {
    if (result_of_[parts_[k].slot] == none)
      part_of_[parts_[k].slot] = static_cast<std::uint32_t>(k);
  }
  for (std::size_t k = 0; k < program.inputs.size(); ++k) {
    const Layout* const layout = steps.input_layouts[k].pointer();
    const auto number = static_cast<std::uint32_t>(k);
    set(program.inputs[k],
        {make_storage({{Region::input, number}, 0, 0}), layout ? layout : &Layout::scalar(), 0});
  }
  for (std::size_t k = 0; k < program.constants.size(); ++k) {
    const auto& [slot, value] = program.constants[k];
    const auto number = static_cast<std::uint32_t>(k);
    set(slot, {make_storage({{Region::constant, number}, 0, 0}), &value.layout(), 0});
  }
}

/// What a result is only another name for, or another shape, is made where the result is wanted. So
/// is what a part is stored in, or added to, if nobody else reads it.
void Values::find_places_of_results() {
  Table<std::uint8_t> is_stored_in(program_.types.size(), false);
  for (std::size_t i = program_.instructions.size(); i-- > 0;) {
    const Instruction& instruction = program_.instructions[i];
    const Primitive& primitive = *instruction.primitive;
    const Slot y = instruction.result;
    if (result_of_[y] == none || instruction.operand_count == 0) continue;
    const Slot x = program_.operands_of(instruction)[0];
    const bool is_same =
        &primitive == &structural_row_of<Identity> || &primitive == &structural_row_of<Reshape>;
    const bool is_store = !primitive.elementwise && (primitive.shares & 1) != 0 &&
                          program_.types[x].dtype == program_.types[y].dtype &&
                          bytes_of(x) == bytes_of(y);
    const bool is_read_once = uses_left_[x] == 1;
    const bool goes_on = is_same ? is_read_once || !is_stored_in[y] : is_store && is_read_once;
    if (!goes_on || result_of_[x] != none) continue;
    result_of_[x] = result_of_[y];
    is_stored_in[x] = is_store || is_stored_in[y];
  }
}

bool Values::can_take_over(Slot y, Slot x) const {
  const Value& value = (*this)[x];
  if (!is_unused(value.storage)) return false;
  if (!has_place(y)) return is_whole(x);
  const Place& place = storages_[value.storage].place;
  return place.region == Region::result && place.number == result_of_[y] && value.offset == 0 &&
         value.layout->is_dense() && bytes_of(x) == bytes_of(y);
}

std::uint32_t Values::make_storage(const Storage& storage) {
  storages_.push_back(storage);
  return static_cast<std::uint32_t>(storages_.size() - 1);
}

void Values::set(Slot slot, const Value& value) {
  storages_[value.storage].uses += uses_left_[slot];
  if (is_placed(slot)) {
    placed_[value_of_[slot]] = value;
  } else {
    value_of_[slot] = static_cast<std::uint32_t>(placed_.size());
    placed_.push_back(value);
  }
}

const Layout* Values::keep(Ref<Layout> layout) {
  if (!layout) return &Layout::scalar();
  steps_.layouts.push_back(std::move(layout));
  return steps_.layouts.back().pointer();
}

const Layout* Values::dense_layout(Slot slot) {
  const Layout& layout = program_.types[slot].shape_layout();
  return layout.is_dense() ? &layout : keep(Layout::dense(layout.shape()));
}

std::int64_t Values::bytes_of(Slot slot) const {
  const Type& type = program_.types[slot];
  return type.size() * static_cast<std::int64_t>(item_size(type.dtype));
}

Place Values::place(Slot slot) const {
  const Value& value = (*this)[slot];
  Place place = storages_[value.storage].place;
  place.offset += value.offset;
  return place;
}

View Values::view(Slot slot) const {
  const Type& type = program_.types[slot];
  View view{nullptr, (*this)[slot].layout, type.dtype, type.is_weak};
  const Place at = place(slot);
  if (at.region == Region::constant) {
    const Array& value = program_.constants[at.number].second;
    view.data = const_cast<std::byte*>(value.data()) + at.offset;
  }
  return view;
}

Type Values::type(Slot slot) const {
  const Type& type = program_.types[slot];
  auto* const layout = const_cast<Layout*>((*this)[slot].layout);
  return {type.dtype, type.ndim() == 0 ? nullptr : Ref<Layout>::share(layout), type.is_weak};
}

std::uint32_t Values::add_view(Slot slot) {
  steps_.views.push_back(view(slot));
  bind(place(slot));
  return static_cast<std::uint32_t>(steps_.views.size() - 1);
}

std::uint32_t Values::add_view_as(Slot slot, DType dtype) {
  const std::uint32_t number = add_view(slot);
  View& view = steps_.views[number];
  if (view.dtype == dtype) return number;
  alignas(16) std::byte element[16];
  convert_run(view.dtype, view.data, 1, dtype, element, 1);
  steps_.converted.push_back(Array::scalar_from(dtype, element));
  view.data = steps_.converted.back().mutable_data();
  view.dtype = dtype;
  return number;
}

std::uint32_t Values::add_view_of(std::uint32_t storage, DType dtype) {
  steps_.views.push_back({nullptr, &Layout::scalar(), dtype});
  bind(storages_[storage].place);
  return static_cast<std::uint32_t>(steps_.views.size() - 1);
}

std::uint32_t Values::add_view_of_part(Slot slot, std::int64_t offset, const Layout* layout) {
  View part = view(slot);
  part.layout = layout;
  if (part.data) part.data += offset;  // of a constant
  steps_.views.push_back(part);
  Place at = place(slot);
  at.offset += offset;
  bind(at);
  return static_cast<std::uint32_t>(steps_.views.size() - 1);
}

void Values::bind(const Place& place) {
  if (place.region == Region::constant) return;
  const auto view = static_cast<std::uint32_t>(steps_.views.size() - 1);
  auto& places = place.region == Region::arena ? steps_.in_arena : steps_.in_arrays;
  places.push_back({view, place});
}

void Values::alias(Slot slot, Slot of, const Layout* layout, std::int64_t offset) {
  const Value from = (*this)[of];
  const auto item = static_cast<std::int64_t>(item_size(program_.types[slot].dtype));
  set(slot, {from.storage, layout, from.offset + offset * item});
}

void Values::make(Slot slot) {
  if (is_part(slot)) {
    const Joined& part = parts_[part_of_[slot]];
    if (!is_placed(part.whole)) make(part.whole);
    const Value whole = (*this)[part.whole];
    return set(slot, {whole.storage, dense_layout(slot), whole.offset + part.offset});
  }
  if (result_of_[slot] == none || program_.types[slot].ndim() == 0) return make_in_arena(slot);
  const Place place{Region::result, result_of_[slot]};
  set(slot, {make_storage({place, bytes_of(slot), 0}), dense_layout(slot), 0});
}

void Values::make_in_arena(Slot slot) {
  const std::int64_t bytes = bytes_of(slot);
  const Place place{Region::arena, 0, arena_.take(bytes)};
  const std::uint32_t storage = make_storage({place, bytes, 0});
  set(slot, {storage, dense_layout(slot), 0});
  if (uses_left_[slot] == 0) unused_.push_back(storage);
}

void Values::take_over(Slot slot, Slot from) {
  const std::uint32_t storage = (*this)[from].storage;
  set(slot, {storage, dense_layout(slot), 0});
  if (uses_left_[slot] == 0) unused_.push_back(storage);
}

void Values::put(Slot slot, std::uint32_t storage, std::int64_t offset) {
  set(slot, {storage, &Layout::scalar(), offset});
}

void Values::use(Slot slot) {
  --uses_left_[slot];
  const std::uint32_t number = (*this)[slot].storage;
  if (--storages_[number].uses == 0) unused_.push_back(number);
}

void Values::settle() {
  for (const std::uint32_t number : unused_) {
    Storage& storage = storages_[number];
    if (storage.uses > 0 || storage.place.region != Region::arena || storage.bytes < 0) continue;
    arena_.give(storage.place.offset, storage.bytes);
    storage.bytes = -1;  // given back
  }
  unused_.clear();
}

bool Values::is_whole(Slot slot) const {
  const Value& value = (*this)[slot];
  const Storage& storage = storages_[value.storage];
  return storage.place.region == Region::arena && value.offset == 0 && value.layout->is_dense() &&
         bytes_of(slot) == storage.bytes;
}

}  // namespace wg
