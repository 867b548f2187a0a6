/// A chain of steps of which few states are kept.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "sweeps/call.h"

namespace wg {

/// Where a step finds one of its inputs: in the state, among what is scanned, of which each step
/// sees one element, or among what steps read from outside.
struct Source {
  enum class From : std::uint8_t { state, scanned, outside };
  From from;
  std::uint32_t number;
  friend bool operator==(const Source&, const Source&) = default;
};

/// A call from a state and what it reads to the next state.
struct Step {
  Ref<Payload> call;
  std::vector<Source> sources;

  const Call& body() const { return *static_cast<const Call*>(call.pointer()); }
};

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
  std::vector<Step> steps_;
  std::unordered_map<std::vector<std::int64_t>, std::uint32_t, HashOfWords>
      numbers_;                       // of the steps, by their words
  std::vector<std::uint32_t> order_;  // which of the steps is taken, one by one
  std::vector<Tensor> outside_;
  std::unordered_map<const Node*, std::uint32_t> outside_numbers_;
};

}  // namespace wg
