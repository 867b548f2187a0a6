/// Chains made of the steps that were recorded.
#pragma once

#include <unordered_map>
#include <vector>

#include "graph/excerpt.h"
#include "sweeps/chain.h"

namespace wg {

/// Takes a chain's steps as they are recorded, and makes one operation of them.
class ChainBuilder {
 public:
  ChainBuilder(std::int64_t length, std::int64_t snapshots, std::vector<Tensor> scanned)
      : most_(snapshots), snapshots_(length, snapshots), scanned_(std::move(scanned)) {}

  void enter(std::int64_t index, std::vector<Array> state) {
    snapshots_.enter(index, std::move(state));
  }
  /// What the step was: a program whose leaves are the state and the elements of what is scanned.
  void take(Captured step, std::size_t state_size);
  /// The last state as a function of the first and of all that the steps read.
  std::vector<Tensor> finish(std::span<const Tensor> first, std::vector<Array> last);

 private:
  struct HashOfWords {
    std::size_t operator()(const std::vector<std::int64_t>& words) const;
  };
  std::uint32_t number_of(const Tensor& outside);

  std::int64_t most_;
  Snapshots snapshots_;
  std::vector<Tensor> scanned_;
  std::vector<ChainStep> steps_;
  std::unordered_map<std::vector<std::int64_t>, std::uint32_t, HashOfWords>
      numbers_;                       // of the steps, by their words
  std::vector<std::uint32_t> order_;  // which of the steps is taken, one by one
  std::vector<Tensor> outside_;
  std::unordered_map<const Node*, std::uint32_t> outside_numbers_;
};

}  // namespace wg
