#include "sweeps/snapshots.h"

#include "sweeps/schedule.h"

namespace wg {

void Snapshots::enter(std::int64_t index, std::vector<Array> state) {
  if (index != next_) return;
  if (index > 0) states_.emplace_back(index, std::move(state));
  const std::int64_t free = most_ - static_cast<std::int64_t>(states_.size());
  if (free > 1 && length_ - index > 1) next_ = index + steps_to_snapshot(length_ - index, free);
}

}  // namespace wg
