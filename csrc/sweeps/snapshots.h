/// Which states of a chain are kept.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/array.h"

namespace wg {

/// States before some of the steps, by the number of the step.
using States = std::vector<std::pair<std::int64_t, std::vector<Array>>>;

/// The states that are kept while a chain runs for the first time.
class Snapshots {
 public:
  Snapshots(std::int64_t length, std::int64_t most) : length_(length), most_(most) {}
  /// Before step number `index` is taken from this state.
  void enter(std::int64_t index, std::vector<Array> state);
  States take() { return std::move(states_); }

 private:
  std::int64_t length_, most_;
  std::int64_t next_ = 0;
  States states_;
};

}  // namespace wg
