#include "tape/plan/arena.h"

#include <algorithm>

namespace wg {

void Arena::add_gap(std::int64_t place, std::int64_t bytes) {
  gaps_.emplace(place, bytes);
  by_size_.emplace(bytes, place);
}

void Arena::remove(Gaps::iterator gap) {
  by_size_.erase({gap->second, gap->first});
  gaps_.erase(gap);
}

std::int64_t Arena::take(std::int64_t bytes) {
  bytes = in_lines(std::max<std::int64_t>(1, bytes));
  if (const auto fit = by_size_.lower_bound({bytes, 0}); fit != by_size_.end()) {
    const auto [gap, place] = *fit;
    remove(gaps_.find(place));
    if (gap > bytes) add_gap(place + bytes, gap - bytes);
    return place;
  }
  std::int64_t place = size_;
  if (!gaps_.empty()) {
    const auto last = std::prev(gaps_.end());
    if (last->first + last->second == size_) {
      place = last->first;
      remove(last);
    }
  }
  size_ = place + bytes;
  return place;
}

std::int64_t Arena::take_untouched(std::int64_t bytes) {
  const std::int64_t place = size_;
  size_ += in_lines(std::max<std::int64_t>(1, bytes));
  return place;
}

void Arena::give(std::int64_t place, std::int64_t bytes) {
  bytes = in_lines(std::max<std::int64_t>(1, bytes));
  const auto next = gaps_.lower_bound(place);
  if (next != gaps_.begin()) {
    const auto before = std::prev(next);
    if (before->first + before->second == place) {
      place = before->first;
      bytes += before->second;
      remove(before);
    }
  }
  if (next != gaps_.end() && place + bytes == next->first) {
    bytes += next->second;
    remove(next);
  }
  add_gap(place, bytes);
}

}  // namespace wg
