#include <algorithm>

#include "primitives/elementwise.h"
#include "primitives/indexing.h"
#include "sweeps/chain.h"
#include "sweeps/rerun.h"
#include "sweeps/reverse.h"
#include "sweeps/schedule.h"

namespace wg {

void ChainCall::pull_by_schedule(std::span<const Tensor> x, std::vector<Tensor> moving,
                                 const std::vector<bool>& wanted, Builder& builder,
                                 std::vector<Tensor>& sums) const {
  const std::vector<Tensor> values = [&] {
    const std::vector<Array> arrays = arrays_of(x);
    return std::vector<Tensor>(arrays.begin(), arrays.end());
  }();
  States kept{{0, arrays_of(x.first(chain_->types.size()))}};
  kept.insert(kept.end(), states_.begin(), states_.end());
  for (std::int64_t end = chain_->length; end > 0; --end) {
    while (kept.back().first < end - 1) {
      const auto& [at, state] = kept.back();
      const std::int64_t free = chain_->snapshots - static_cast<std::int64_t>(kept.size()) + 1;
      if (free <= 1) break;
      const std::int64_t next = at + steps_to_snapshot(end - at, free);
      std::vector<Array> reached = advance(at, next, state, values);
      kept.emplace_back(next, std::move(reached));
    }
    const auto& [at, state] = kept.back();
    const std::vector<Array> before = at == end - 1 ? state : advance(at, end - 1, state, values);
    if (at == end - 1) kept.pop_back();
    if (!pull_step(end - 1, before, values, wanted, builder, moving, sums)) return;
  }
  for (std::size_t k = 0; k < moving.size(); ++k) {
    if (wanted[k]) sums[k] = std::move(moving[k]);
  }
}

bool ChainCall::pull_step(std::int64_t k, const std::vector<Array>& before,
                          std::span<const Tensor> x, const std::vector<bool>& wanted,
                          Builder& builder, std::vector<Tensor>& moving,
                          std::vector<Tensor>& sums) const {
  const ChainStep& step = chain_->step(k);
  Evaluate evaluate;
  const std::vector<Tensor> state(before.begin(), before.end());
  const std::vector<Tensor> given = inputs(k, state, x, evaluate);
  std::vector<bool> of_step;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool is_state = step.sources[i].from == StepInput::From::state;
    of_step.push_back(is_state ? is_inexact(given[i].dtype())
                               : wanted[chain_->place(step.sources[i])]);
  }
  std::vector<Tensor> parts = step.body().pull(given, moving, of_step, builder);
  moving.assign(before.size(), Tensor());
  bool is_any = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].value.is_defined()) continue;
    const StepInput& source = step.sources[i];
    if (source.from == StepInput::From::state) {
      is_any = true;
      moving[source.number] = std::move(parts[i]);
      continue;
    }
    Tensor& sum = sums[chain_->place(source)];
    if (source.from == StepInput::From::scanned) {
      const Array& like = x[chain_->place(source)].value;
      if (!sum.value.is_defined()) sum = Array::zeros(like.dtype(), like.shape());
      Dims index;
      basic_index::add_integer(index, chain_->element(k));
      sum =
          add_at_slice(builder.var(std::move(sum)), builder.var(std::move(parts[i])), index).tensor;
    } else if (sum.value.is_defined()) {
      sum = (builder.var(std::move(sum)) + builder.var(std::move(parts[i]))).tensor;
    } else {
      sum = std::move(parts[i]);
    }
  }
  return is_any;
}

void ChainCall::pull_recorded(std::span<const Tensor> x, std::span<const Tensor> moving,
                              const std::vector<bool>& wanted, Builder& builder,
                              std::vector<Tensor>& sums) const {
  Rerun rerun(x, wanted, builder);
  std::vector<Tensor> state(rerun.values().begin(), rerun.values().begin() + state_size());
  for (std::int64_t k = 0; k < chain_->length; ++k) {
    std::vector<Tensor> given = inputs(k, state, rerun.values(), rerun.builder());
    state = rerun.builder().apply_compound(call_primitive(), chain_->step(k).call, given);
  }
  rerun.close();
  std::vector<Tensor> ends, seeds;
  for (std::size_t k = 0; k < moving.size(); ++k) {
    if (!moving[k].value.is_defined()) continue;
    ends.push_back(state[k]);
    seeds.push_back(moving[k]);
  }
  const bool is_batched =
      std::ranges::any_of(seeds, [](const Tensor& ct) { return ct.is_batched(); });
  std::vector<Tensor> cts = reverse_sweep(ends, seeds, rerun.leaves(), rerun.policy());
  auto next = cts.begin();
  for (std::size_t k = 0; k < x.size(); ++k) {
    if (!wanted[k]) continue;
    // One cotangent where there are many seeds is that of what no derivative reaches.
    if (next->is_batched() == is_batched) sums[k] = std::move(*next);
    ++next;
  }
}

}  // namespace wg
