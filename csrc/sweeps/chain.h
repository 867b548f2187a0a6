/// A chain of steps of which few states are kept.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "sweeps/program.h"

namespace wg {

/// One step: a program from a state and some operands to the next state.
struct Step {
  Ref<Payload> body;  // a checkpoint of the program
  std::vector<std::size_t>
      sources;  // by leaf of the program: 0 for the state, then operands from 1
};

/// Runs a chain for the first time and makes it one operation.
class ChainBuilder {
 public:
  ChainBuilder(std::int64_t length, std::int64_t snapshots)
      : length_(length), snapshots_(snapshots) {}

  /// Before step number `index` is taken from this state.
  void enter(std::int64_t index, const Array& state);
  /// What the step was: `end`, made in an OpenRecording after `since` of the leaf that stands for
  /// the state.
  void take(const Tensor& end, std::uint64_t since, const Node& leaf);
  /// The same where the step is a checkpoint already, made by `node`.
  std::uint32_t take(const Node& node, const Node& leaf);
  /// The state behind a step like that with this number.
  Array again(std::uint32_t number, const Array& state);
  /// The last state as a function of the first and of all that the steps read.
  Tensor finish(const Tensor& first, Array last);

 private:
  struct HashOfWords {
    std::size_t operator()(const std::vector<std::int64_t>& words) const;
  };

  std::size_t source_of(const Tensor& operand, const Node& leaf);

  std::int64_t length_, snapshots_;
  std::int64_t next_snapshot_ = 0;
  std::vector<Step> steps_;
  std::unordered_map<std::vector<std::int64_t>, std::uint32_t, HashOfWords>
      prints_;                        // the number of a step by its fingerprint
  std::vector<std::uint32_t> order_;  // which of the steps is taken, one by one
  std::vector<Tensor> operands_;
  std::unordered_map<const Node*, std::size_t> sources_;  // of the operands
  std::vector<std::pair<std::int64_t, Array>> states_;
};

}  // namespace wg
