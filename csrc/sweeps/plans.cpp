#include "sweeps/plans.h"

#include <algorithm>

#include "graph/excerpt.h"

namespace wg {
namespace {

constexpr std::size_t most_plans = 8;

}  // namespace

std::shared_ptr<const Compression> Plans::planned(
    std::span<const Tensor> outputs, std::span<const Ref<Node>> leaves,
    const std::function<std::optional<Compression>()>& make) {
  Table<std::int64_t> program = words_of(outputs, leaves);
  if (const Plan* plan = find(program)) return plan->compression;
  std::shared_ptr<const Compression> compression;
  if (std::optional<Compression> made = make()) {
    compression = std::make_shared<const Compression>(std::move(*made));
  }
  keep(std::move(program), compression);
  return compression;
}

Table<std::int64_t> Plans::words_of(std::span<const Tensor> outputs,
                                    std::span<const Ref<Node>> leaves) {
  std::uint64_t oldest = UINT64_MAX;
  for (const Ref<Node>& leaf : leaves) oldest = std::min(oldest, leaf->sequence());
  return program_of({.results = outputs,
                     .leaves = leaves,
                     .since = oldest - 1,
                     .extent = Extent::dependent,
                     .has_values = false})
      .program->words(Constants::differ);
}

const Plans::Plan* Plans::find(const Table<std::int64_t>& program) {
  const auto at = std::ranges::find(all_, program, &Plan::program);
  if (at == all_.end()) return nullptr;
  std::rotate(all_.begin(), at, at + 1);
  return &all_.front();
}

void Plans::keep(Table<std::int64_t> program, std::shared_ptr<const Compression> compression) {
  if (all_.size() == most_plans) all_.pop_back();
  all_.insert(all_.begin(), {std::move(program), std::move(compression)});
}

}  // namespace wg
