#include "tape/replay.h"

#include "tape/simplify.h"

namespace wg {

std::shared_ptr<const Plan> Replay::plan() const {
  if (plan_) return plan_;
  auto made = std::make_shared<const Plan>(simplified(*program_));
  if (!plan_) plan_ = std::move(made);  // another thread may have been faster
  return plan_;
}

}  // namespace wg
