/// Places in one piece of memory, for what lives at different times.
#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "core/memory.h"

namespace wg {

/// Hands out places as they are wanted and given back in the order of an evaluation: the smallest
/// gap that fits, or more room at the end.
class Arena {
 public:
  static constexpr std::int64_t line = 64;  // bytes; every place begins on a line of cache
  /// As many bytes and more, in whole lines.
  static std::int64_t in_lines(std::int64_t bytes) { return (bytes + line - 1) / line * line; }

  std::int64_t take(std::int64_t bytes);
  /// The same where nothing was before: what lies there from the start on is there.
  std::int64_t take_untouched(std::int64_t bytes);
  /// What `take` gave for as many bytes.
  void give(std::int64_t place, std::int64_t bytes);
  /// How much memory all places need.
  std::int64_t size() const { return size_; }

 private:
  using Gaps =
      std::map<std::int64_t, std::int64_t, std::less<>,
               memory::Allocator<std::pair<const std::int64_t, std::int64_t>>>;  // bytes, by place
  using Size = std::pair<std::int64_t, std::int64_t>;                            // bytes, place

  void add_gap(std::int64_t place, std::int64_t bytes);
  void remove(Gaps::iterator gap);

  Gaps gaps_;  // no two of them touch
  std::set<Size, std::less<>, memory::Allocator<Size>> by_size_;
  std::int64_t size_ = 0;
};

}  // namespace wg
