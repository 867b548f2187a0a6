#include "tape/replayed_call.h"

#include <algorithm>

namespace wg {
namespace {

/// The values of operands with what moves them; empty if one is no value, or one of many.
std::vector<Array> values_of(std::span<const Var> x, std::span<const Var> duals,
                             const std::vector<bool>& has_dual) {
  std::vector<Array> values;
  const auto add = [&](const Tensor& tensor) {
    values.push_back(tensor.value);
    return !tensor.is_batched() && !tensor.value.is_abstract();
  };
  for (const Var& operand : x) {
    if (!add(operand.tensor)) return {};
  }
  for (std::size_t k = 0; k < duals.size(); ++k) {
    if (has_dual[k] && !add(duals[k].tensor)) return {};
  }
  return values;
}

std::vector<bool> defined(std::span<const Var> duals) {
  std::vector<bool> which;
  for (const Var& dual : duals) which.push_back(static_cast<bool>(dual));
  return which;
}

}  // namespace

Replays::Replays(std::shared_ptr<Callable> callable)
    : callable_(std::move(callable)), replay_(callable_->shared_program()) {}

Replays& Replays::of(const std::shared_ptr<Callable>& derived) {
  const auto found =
      std::ranges::find_if(derived_, [&](const auto& own) { return own->callable_ == derived; });
  if (found != derived_.end()) return **found;
  return *derived_.emplace_back(std::make_unique<Replays>(derived));
}

void ReplayedCall::vjp(std::span<const Var> x, std::span<const Var> y, std::span<const Var> cts,
                       Wanted wanted, Builder& builder,
                       std::span<Contribution> contributions) const {
  std::vector<bool> is_wanted, has_ct = defined(cts);
  has_ct.resize(call_.program().results.size());  // the last ones may not have been asked for
  for (std::size_t k = 0; k < x.size(); ++k) {
    is_wanted.push_back(wanted[k] && is_inexact(x[k].dtype()));
  }
  const bool is_replayed = !builder.records() && is_derivable();
  const std::vector<Array> inputs = is_replayed ? values_of(x, cts, has_ct) : std::vector<Array>();
  if (inputs.empty()) return call_.vjp(x, y, cts, wanted, builder, contributions);
  const auto derived = replays_->callable()->vjp(is_wanted, has_ct);
  std::vector<Array> all = replays_->of(derived).replay().run(inputs).results;
  auto next = all.begin();
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (is_wanted[k]) contributions[k] = builder.var(Tensor(std::move(*next++)));
  }
}

std::vector<Var> ReplayedCall::jvp(std::span<const Var> x, std::span<const Var> y,
                                   std::span<const Var> tangents, Builder& builder) const {
  std::vector<bool> moving = defined(tangents);
  for (std::size_t k = 0; k < x.size(); ++k) moving[k] = moving[k] && is_inexact(x[k].dtype());
  const bool is_replayed = !builder.records() && is_derivable();
  const std::vector<Array> inputs =
      is_replayed ? values_of(x, tangents, moving) : std::vector<Array>();
  if (inputs.empty()) return call_.jvp(x, y, tangents, builder);
  const auto derived = replays_->callable()->jvp(moving);
  std::vector<Array> all = replays_->of(derived).replay().run(inputs).results;
  std::vector<Var> moved(all.size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (is_differentiable(k)) moved[k] = builder.var(Tensor(std::move(all[k])));
  }
  return moved;
}

const Primitive& replayed_primitive() {
  static const Primitive row = [] {
    Primitive call = compound_row("jit");
    call.is_fallible = true;
    return call;
  }();
  return row;
}

}  // namespace wg
