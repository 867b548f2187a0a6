/// A recorded graph without its values: what is left of a recording that is evaluated again.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <vector>

#include "graph/var.h"
#include "sweeps/order.h"

namespace wg {

/// Operations whose values are kept for the reverse sweep, not computed again.
using Keep = std::set<const Primitive*>;

struct Program {
  std::vector<Ref<Node>> leaves;
  Tensor end;  // abstract
  Order order;
  bool is_holomorphic = true;
  std::size_t operations = 0;

  Program(std::vector<Ref<Node>> starts, Tensor result);

  /// The end's value for these values of the leaves, through a builder. `known` are values by
  /// place.
  Tensor run(std::span<const Tensor> values, Builder& builder,
             std::span<const std::pair<std::uint32_t, Array>> known = {}) const;
};

/// A program and what it was recorded with.
struct Captured {
  std::shared_ptr<const Program> program;
  std::vector<Tensor> operands;                       // what it read that is tracked
  std::vector<std::pair<std::uint32_t, Array>> kept;  // values, by place
};

/// The program of what was recorded in an OpenRecording after the sequence number `since` and
/// leads to `end`.
Captured capture(const Tensor& end, std::uint64_t since, const Keep& keep);

}  // namespace wg
