/// Programs made of what was recorded.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "graph/program.h"
#include "graph/trace.h"

namespace wg {

/// Operations whose values are kept for the reverse sweep, not computed again.
using Keep = std::set<const Primitive*>;

/// Which of the recorded operations become instructions.
enum class Extent {
  all,        // those after the recording began
  dependent,  // those that depend on its leaves; others are captured
};

/// What is made into a program.
struct Excerpt {
  std::span<const Tensor> results;
  std::span<const Ref<Node>> leaves;
  std::span<const Guard> guards;
  std::span<const Ref<Node>> fallible;
  std::uint64_t since = 0;
  Extent extent = Extent::all;
  const Keep* keep = nullptr;
  bool has_values = true;  // else the program is for comparison, and constants may be abstract
};

/// A program and the values that it was recorded with.
struct Captured {
  std::shared_ptr<const Program> program;
  std::vector<Tensor> captures;                       // the inputs behind the leaves
  std::vector<std::pair<std::uint32_t, Array>> kept;  // values, by instruction
};

/// Fails where a value is missing that was computed in another thread.
Captured program_of(const Excerpt& excerpt);

}  // namespace wg
