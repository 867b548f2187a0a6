#include "tape/simplify.h"

#include "tape/simplify/calls.h"
#include "tape/simplify/living.h"
#include "tape/simplify/orders.h"
#include "tape/simplify/past_stores.h"
#include "tape/simplify/rerolling.h"
#include "tape/simplify/rewriting.h"
#include "tape/simplify/selections.h"
#include "tape/simplify/stores.h"

namespace wg {
namespace {

constexpr int most_selections = 3;  // of different axes, one after the other

}  // namespace

std::shared_ptr<const Program> simplified(const Program& program) {
  if (!program.nodes.empty()) return std::make_shared<const Program>(program);
  return simplified_with_nodes(program);
}

std::shared_ptr<const Program> simplified_with_nodes(const Program& program) {
  using namespace simplify;
  const bool is_flat = !has_calls(program);
  const Opened open = is_flat ? Opened() : opened(program);
  Program made = living(rewritten(is_flat ? program : open.program, open.calls));
  if (read_past_stores(made)) made = living(std::move(made));
  if (merge_stores(made)) made = living(std::move(made));
  for (int axes = 0; axes < most_selections && select_early(made); ++axes)
    made = living(std::move(made));
  if (order_axes(made)) made = living(std::move(made));
  if (reroll(made)) made = living(std::move(made));
  return std::make_shared<const Program>(std::move(made));
}

}  // namespace wg
