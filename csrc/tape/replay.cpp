#include "tape/replay.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"
#include "tape/simplify.h"

namespace wg {

std::shared_ptr<const Plan> Replay::plan() const {
  if (plan_) return plan_;
  auto made = std::make_shared<const Plan>(simplified(*program_));
  if (!plan_) plan_ = std::move(made);  // another thread may have been faster
  return plan_;
}

bool are_same_bits(const Array& one, const Array& other) {
  if (one.dtype() != other.dtype() || !std::ranges::equal(one.shape(), other.shape())) {
    return false;
  }
  const Array a = dense(one), b = dense(other);
  return std::memcmp(a.data(), b.data(),
                     static_cast<std::size_t>(a.size()) * item_size(a.dtype())) == 0;
}

}  // namespace wg
