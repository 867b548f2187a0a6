#include "sweeps/chain_builder.h"

#include <string_view>

namespace wg {

std::size_t ChainBuilder::HashOfWords::operator()(const std::vector<std::int64_t>& words) const {
  const std::string_view bytes(reinterpret_cast<const char*>(words.data()),
                               words.size() * sizeof words[0]);
  return std::hash<std::string_view>()(bytes);
}

void ChainBuilder::take(Captured captured, std::size_t state_size) {
  ChainStep step;
  for (std::size_t k = 0; k < captured.program->leaf_count; ++k) {
    const bool is_state = k < state_size;
    step.sources.push_back({is_state ? StepInput::From::state : StepInput::From::scanned,
                            static_cast<std::uint32_t>(is_state ? k : k - state_size)});
  }
  for (const Tensor& outside : captured.captures) {
    step.sources.push_back({StepInput::From::outside, number_of(outside)});
  }
  const Table<std::int64_t> own = captured.program->words(Constants::count);
  std::vector<std::int64_t> words(own.begin(), own.end());
  for (const StepInput& source : step.sources) words.push_back(source.number);
  const auto number = static_cast<std::uint32_t>(steps_.size());
  const auto [same, is_new] = numbers_.try_emplace(std::move(words), number);
  order_.push_back(same->second);
  if (!is_new) return;
  step.call =
      Ref<Payload>::adopt(new Call(std::make_shared<Callable>(std::move(captured.program))));
  steps_.push_back(std::move(step));
}

std::uint32_t ChainBuilder::number_of(const Tensor& outside) {
  const auto number = static_cast<std::uint32_t>(outside_.size());
  const auto [at, is_new] = outside_numbers_.try_emplace(outside.node.pointer(), number);
  if (is_new) outside_.push_back(outside);
  return at->second;
}

std::vector<Tensor> ChainBuilder::finish(std::span<const Tensor> first, std::vector<Array> last) {
  std::vector<const Tensor*> operands;
  for (const Tensor& part : first) operands.push_back(&part);
  for (const Tensor& whole : scanned_) operands.push_back(&whole);
  for (const Tensor& outside : outside_) operands.push_back(&outside);
  auto plan = std::make_shared<ChainPlan>();
  for (const Array& part : last) {
    plan->types.emplace_back(part.dtype(), part.layout_reference(), part.is_weak());
  }
  plan->steps = std::move(steps_);
  plan->length = static_cast<std::int64_t>(order_.size());
  plan->order = std::move(order_);
  plan->snapshots = most_;
  plan->scanned = scanned_.size();
  plan->outside = outside_.size();
  auto payload = Ref<Payload>::adopt(new ChainCall(std::move(plan), snapshots_.take()));
  return record_compound(chain_primitive(), std::move(payload), operands, std::move(last));
}

}  // namespace wg
