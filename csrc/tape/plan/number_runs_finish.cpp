/// The end of a run: the order of its operations, and a cell for each number.
#include <algorithm>

#include "tape/plan/number_runs.h"

namespace wg {

Source NumberRuns::kept(Source number) { return apply(kind_of({NumberCode::copy}), {number}); }

/// Others find a number where an operation of the run has put it, for cells are stored to.
void NumberRuns::keep_what_is_read_later() {
  for (const Slot slot : slots_) {
    Source& number = numbers_[slot];
    if (values_.uses_left(slot) > 0 && number.kind != Source::Kind::operation &&
        number.kind != Source::Kind::fetched) {
      number = kept(number);
    }
  }
}

/// Cells that are stored to may be what others are stored from.
void NumberRuns::add_stores() {
  for (const auto& [storage, at] : touched_) {
    if (values_.is_unused(storage)) continue;
    Source number = contents_.at(at);
    if (number.kind == Source::Kind::cell) number = kept(number);
    stored_.push_back(number);
    stored_.push_back({Source::Kind::cell, at});
  }
}

void NumberRuns::finish() {
  if (is_empty()) return clear();
  keep_what_is_read_later();
  add_stores();
  NumberOrder order = ordered(operations_, kinds_);
  const std::size_t count = outside_.size() + operations_.size();
  const std::int64_t bytes =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(count)) * cell_bytes;
  const std::int64_t block = values_.arena().take(bytes);
  const std::uint32_t storage = values_.make_storage({{Region::arena, 0, block}, bytes, 0});
  const auto fetched_at = static_cast<std::uint32_t>(block / cell_bytes);
  NumberRun run;
  run.first = fetched_at + static_cast<std::uint32_t>(outside_.size());
  Table<std::uint32_t> place_of(operations_.size());
  for (std::uint32_t i = 0; i < order.operations.size(); ++i)
    place_of[order.operations[i]] = run.first + i;
  std::uint32_t last = Values::none;
  for (const auto& [key, outside] : outside_) {
    if (key.first != last) {
      run.fetches.push_back({values_.add_view_of(key.first, outside.dtype), 0});
      last = key.first;
    }
    ++run.fetches.back().count;
    run.fetched.push_back({key.second, fetched_at + outside.index});
  }
  run.is_short = order.groups.size() == operations_.size() && stored_.size() <= 2;
  run.groups = std::move(order.groups);
  run.operands.reserve(2 * operations_.size() + stored_.size());  // most have two
  for (const std::uint32_t i : order.operations) {
    const NumberOperation& operation = operations_[i];
    for (int k = 0; k < operand_count(kinds_[operation.kind].code); ++k)
      run.operands.push_back(place(operation.operand(k), fetched_at, place_of));
  }
  if (!stored_.empty()) {
    const auto stores = static_cast<std::uint32_t>(stored_.size() / 2);
    run.groups.push_back({NumberCode::store, false, stores, nullptr});
    for (const Source& number : stored_)
      run.operands.push_back(place(number, fetched_at, place_of));
  }
  for (const Slot slot : slots_) {
    if (values_.uses_left(slot) == 0) continue;
    const std::uint32_t at = place(numbers_[slot], fetched_at, place_of);
    values_.put(slot, storage, static_cast<std::int64_t>(at) * cell_bytes - block);
  }
  values_.forget_if_unused(storage);
  Step step{.kind = Step::Kind::numbers};
  step.number = static_cast<std::uint32_t>(steps_.number_runs.size());
  step.count = static_cast<std::int64_t>(count);
  steps_.number_runs.push_back(std::move(run));
  steps_.steps.push_back(step);
  values_.settle();
  clear();
}

std::uint32_t NumberRuns::place(Source number, std::uint32_t fetched_at,
                                const Table<std::uint32_t>& place_of) const {
  switch (number.kind) {
    case Source::Kind::operation:
      return place_of[number.index];
    case Source::Kind::fetched:
      return fetched_at + number.index;
    default:
      return number.index;
  }
}

void NumberRuns::clear() {
  for (const Slot slot : slots_) numbers_[slot] = no_number;
  slots_.clear();
  operations_.clear();
  stored_.clear();
  kinds_.clear();
  kinds_of_rows_.clear();
  outside_.clear();
  contents_.clear();
  touched_.clear();
  changed_.clear();
}

}  // namespace wg
