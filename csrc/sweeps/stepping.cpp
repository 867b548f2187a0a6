#include "sweeps/stepping.h"

namespace wg {

void Stepping::begin(std::span<const std::byte* const> operands,
                     std::span<std::byte* const> results, std::int64_t first) {
  operands_ = operands;
  results_ = results;
  first_ = first;
  for (std::size_t k = 0; k < state_.count(); ++k) {
    const std::int64_t row = state_.row(k);
    LaneMemory::copy(operands[k] + first * row, now_.part(k), row * at_once_);
  }
  std::ranges::fill(is_on_, true);
  is_padded_ = is_known_ = false;
}

bool Stepping::holds() {
  std::byte* const made[] = {reinterpret_cast<std::byte*>(holds_.data())};
  if (!is_known_) condition_.run(inputs(), made);
  bool is_any = false, is_one_through = false;
  for (std::int64_t lane = 0; lane < at_once_; ++lane) {
    const auto i = static_cast<std::size_t>(lane);
    if (!is_on_[i]) continue;
    if (holds_[i]) {
      is_any = true;
      continue;
    }
    is_on_[i] = false;
    is_one_through = true;
    put(lane);
  }
  if (is_any && is_one_through) {
    pad_state();
    pad_outside();
  }
  return is_any;
}

void Stepping::step() {
  made_.clear();
  for (std::size_t k = 0; k < state_.count(); ++k) made_.push_back(next_.part(k));
  made_.push_back(reinterpret_cast<std::byte*>(holds_.data()));
  step_.run(inputs(), made_);
  is_known_ = true;
  now_.swap(next_);
}

std::span<const std::byte* const> Stepping::inputs() {
  given_.clear();
  for (std::size_t k = 0; k < state_.count(); ++k) given_.push_back(now_.part(k));
  for (std::size_t k = 0; k < outside_.count(); ++k) {
    const std::int64_t row = outside_.row(k);
    const bool is_own = is_padded_ && row > 0;
    given_.push_back(is_own ? padded_.part(k) : operands_[state_.count() + k] + first_ * row);
  }
  return given_;
}

void Stepping::keep(std::byte* to) {
  std::memcpy(to, now_.data(), state_.bytes());
  std::memcpy(to + state_.bytes(), is_on_.data(), is_on_.size());
}

void Stepping::restore(const std::byte* from) {
  std::memcpy(now_.data(), from, state_.bytes());
  std::memcpy(is_on_.data(), from + state_.bytes(), is_on_.size());
  is_padded_ = false;
  if (std::ranges::find(is_on_, char{false}) != is_on_.end()) pad_outside();
}

LaneParts Stepping::parts_of(const WhilePlan& plan, std::int64_t at_once, bool are_state) {
  const std::size_t size = plan.types.size();
  LaneParts parts;
  for (std::size_t k = are_state ? 0 : size; k < (are_state ? size : plan.operands()); ++k) {
    const bool has_own = are_state || plan.has_lane(k);
    parts.add(has_own ? bytes_of(plan.type(k)) : 0, at_once);
  }
  return parts;
}

void Stepping::put(std::int64_t lane) {
  if (results_.empty()) return;
  for (std::size_t k = 0; k < state_.count(); ++k) {
    const std::int64_t row = state_.row(k);
    LaneMemory::copy(now_.row(k, lane), results_[k] + (first_ + lane) * row, row);
  }
}

void Stepping::pad_state() {
  const std::int64_t from = first_on();
  for (std::int64_t lane = 0; lane < at_once_; ++lane) {
    if (is_on(lane)) continue;
    for (std::size_t k = 0; k < state_.count(); ++k) now_.copy_row(k, from, lane);
  }
}

void Stepping::pad_outside() {
  const std::int64_t from = first_on();
  for (std::size_t k = 0; k < outside_.count(); ++k) {
    const std::int64_t row = outside_.row(k);
    const std::byte* const all = operands_[state_.count() + k] + first_ * row;
    for (std::int64_t lane = 0; lane < at_once_; ++lane) {
      LaneMemory::copy(all + (is_on(lane) ? lane : from) * row, padded_.row(k, lane), row);
    }
  }
  is_padded_ = true;
}

void KeptStates::keep(std::int64_t step, Stepping& stepping) {
  if (step % stride_ != 0) return;
  if (count_ == most_) {
    if (stride_ < most_)
      thin();
    else
      most_ *= 2;
    if (step % stride_ != 0) return;
  }
  stepping.keep(place(kept_, count_++));
}

void KeptStates::restore(std::int64_t step, Stepping& stepping) {
  if (stride_ == 1) return stepping.restore(place(kept_, step));
  const std::int64_t part = step / stride_, first = part * stride_;
  if (part != part_) {
    part_ = part;
    stepping.restore(place(kept_, part));
    for (std::int64_t k = first;; ++k) {
      stepping.keep(place(again_, k - first));
      if (k == step) return;
      stepping.step();
      (void)stepping.holds();
    }
  }
  stepping.restore(place(again_, step - first));
}

std::byte* KeptStates::place(std::vector<std::byte>& memory, std::int64_t number) {
  const std::size_t at = static_cast<std::size_t>(number) * bytes_;
  if (memory.size() < at + bytes_) memory.resize(std::max(at + bytes_, 2 * memory.size()));
  return memory.data() + at;
}

void KeptStates::thin() {
  for (std::int64_t k = 1; 2 * k < count_; ++k) {
    std::memcpy(place(kept_, k), place(kept_, 2 * k), bytes_);
  }
  count_ = (count_ + 1) / 2;
  stride_ *= 2;
}

void LoopStates::begin(const Stepping& stepping, std::int64_t at_once, std::int64_t blocks) {
  const std::size_t bytes = stepping.kept_bytes();
  const std::int64_t of_block = most_bytes_ / blocks;
  are_there_ = static_cast<std::int64_t>(bytes) * KeptStates::least <= of_block;
  at_once_ = at_once;
  if (!are_there_ || std::ssize(blocks_) != blocks) blocks_.clear();
  for (Block& block : blocks_) {
    block.states.clear();
    block.steps = 0;
  }
  while (are_there_ && std::ssize(blocks_) < blocks) {
    blocks_.push_back({KeptStates(bytes, of_block)});
  }
}

void LoopStates::keep(std::size_t k, Stepping& stepping) {
  if (!are_there_) return;
  Block& block = blocks_[k];
  block.states.keep(block.steps++, stepping);
  if (block.states.bytes() * std::ssize(blocks_) <= most_bytes_) return;
  are_there_ = false;
  blocks_.clear();
}

}  // namespace wg
