/// A recorded graph evaluated at other values of its leaves, through a builder.
#pragma once

#include <span>
#include <vector>

#include "graph/var.h"
#include "sweeps/order.h"

namespace wg {

/// The order passes everything. Values are let go with their last use.
class Replay {
 public:
  Replay(const Order& order, std::span<const Tensor> ends);

  void set(const Node& leaf, Tensor value);
  /// The value of a node is known: its operation is recorded, and not evaluated.
  void know(std::uint32_t place, Array value);
  void run(Builder& builder);
  /// Once for each end that was given.
  Tensor result(const Tensor& end);

  /// How many operations were replayed in this thread.
  static std::uint64_t operations();

 private:
  void count(const Node* node);
  Tensor value_of(const Operand& operand);
  Tensor take(std::uint32_t place);

  const Order& order_;
  std::vector<Tensor> values_;        // by place
  std::vector<std::uint32_t> users_;  // that still wait for the value
  std::vector<Array> known_;          // by place, or empty
};

}  // namespace wg
