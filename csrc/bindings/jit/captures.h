/// What a function sees of the world while it is recorded: handles of its own in the place of
/// arguments and of Tensors from outside, which it reads and writes as if they were those.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "bindings/jit/place.h"
#include "graph/trace.h"

namespace wg::bindings {

class Captures {
 public:
  /// A leaf for each argument, two for none that is given twice. `inputs`: their values. `leaves`:
  /// the arguments, and behind them what is found outside at every call. `meeting`: which arguments
  /// are memory that the function may read in another place.
  Captures(Trace& trace, const Leaves& leaves, std::span<const Tensor> inputs,
           const std::vector<bool>& meeting);
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;
  ~Captures();

  /// What the function is given in the place of an argument.
  const Object& argument(std::size_t k) const { return arguments_[k].inside; }
  TensorObject& inside(TensorObject& outside);
  /// Has what shares memory with a handle that was written to, see that as well.
  void wrote(TensorObject& inside);
  GradientCell& inside(GradientCell& outside);
  /// Whether the handle sees memory of an argument, or of what is outside.
  bool holds(TensorObject& inside) const;
  /// How often gradients of what is outside were set.
  std::uint64_t gradient_changes() const;

  /// What the program reads beside the arguments, and what that was. An undefined one has no slot.
  const std::vector<Input>& inputs() const { return inputs_; }
  const std::vector<Tensor>& values() const { return values_; }
  /// Leaves that must be the same objects at each call.
  const std::vector<std::size_t>& identical() const { return identical_; }

  struct Change {
    Place place;
    Tensor value;  // now; undefined: there is no gradient any more
  };
  /// Whether memory was written to of which arguments, or they and Tensors from outside, see parts.
  bool is_shared_written() const { return is_shared_written_; }
  /// Whether memory was written to that the function may read in another place.
  bool is_meeting_written() const { return is_meeting_written_; }
  /// What holds something else now than it did.
  std::vector<Change> changes() const;

 private:
  class Cell;
  struct Argument {
    Object outside, inside;
    Ref<Node> leaf;
    bool is_first;  // of those that are the same object
  };
  struct Memory {
    Place place;
    std::optional<std::size_t> found;  // the leaf whose memory it is
    const void* outside;               // what tells it from others there
    Object whole;                      // a handle of all of it
    Ref<Node> leaf;
  };

  /// Arguments that share memory: handles on the memory of which each is a part.
  struct Shared {
    std::vector<std::size_t> members;
    std::vector<Object> views;
  };

  Shared& shared_with(std::size_t argument);
  void see_tensors(Shared& shared);
  void see_arrays(Shared& shared);
  void spread(Shared& shared, std::ptrdiff_t from);
  void add_argument(const Object& outside, const Tensor& value);
  void require_same(std::size_t leaf);
  Tensor leaf_for(const Tensor& value, Place gradient);
  Memory& memory_for(TensorObject& outside);
  Object view_for(TensorObject& outside);
  Object handle_for(const Tensor& value) const;
  GradientCell& cell_for(GradientCell& outside, Place place);
  Tensor read_gradient(const Place& place);

  Trace& trace_;
  const Leaves& leaves_;
  const std::vector<bool>& meeting_;
  std::vector<Argument> arguments_;
  std::unordered_map<const void*, std::size_t> found_;     // which leaf each is
  std::unordered_map<const void*, Object> handles_;        // those inside, by those outside
  std::unordered_map<const void*, std::size_t> memories_;  // by the storage or the handle
  std::vector<Memory> all_memories_;
  std::unordered_map<const void*, std::size_t> cells_;  // by those outside
  std::vector<Ref<Payload>> all_cells_;                 // inside
  std::vector<std::size_t> firsts_that_share_;          // of the arguments
  std::unordered_map<std::size_t, Shared> shared_;      // by the first of them
  bool is_any_shared_ = false, is_spreading_ = false, is_shared_written_ = false;
  bool is_meeting_written_ = false;
  std::vector<Object> held_;  // from outside
  std::vector<Input> inputs_;
  std::vector<Tensor> values_;
  std::vector<std::size_t> identical_;
};

}  // namespace wg::bindings
