/// What a plan does, as flat data: decided once, for inputs that lie in memory in one way.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/program.h"
#include "kernels/loops.h"
#include "kernels/table.h"
#include "tape/plan/numbers.h"
#include "tape/plan/tiles.h"

namespace wg {

/// Where something is while a plan is executed.
enum class Region : std::uint8_t {
  arena,
  constant,  // at an address that is known
  input,
  result,
};

struct Place {
  Region region = Region::arena;
  std::uint32_t number = 0;  // of the input or the result
  std::int64_t offset = 0;   // bytes
};

struct LoopRun;
struct SteeredRun;

struct Step {
  enum class Kind : std::uint8_t {
    kernel,    // a formula on dense operands, by its row
    evaluate,  // Primitive::evaluate
    product,   // of matrices, with its end
    compound,  // by its own evaluate, on arrays
    copy,
    read,     // compares with what was seen
    numbers,  // a run of operations on single numbers
    tiles,    // a run of elementwise work
    loop,
    steered,  // runs programs as values say
  };

  Kind kind;
  std::uint8_t operand_steps[2] = {};  // of a kernel: 0 or 1
  std::uint32_t first = 0;             // of its views: operands, then results
  std::uint32_t operand_count = 0, result_count = 0;
  std::uint32_t number = 0;  // of the instruction, the reading, the end or the run
  // Of a loop whose states are kept, and of what goes back over it: the same number, from 1.
  std::uint32_t shared = 0;
  std::int64_t count = 0;  // elements
  std::int64_t work = 0;   // what it needs besides, in the arena
  Kernel::Forward forward = nullptr;
};

/// Between two stretches the user may interrupt: nanoseconds, roughly.
inline constexpr std::int64_t longest_stretch = 20'000'000;

/// Steps between which the host's lock is taken, or not.
struct Stretch {
  std::uint32_t end = 0;
  bool needs_lock = false;
  std::int64_t cost = 0;  // nanoseconds, roughly
};

struct Steps {
  /// What an operand of a compound operation is a view of: it is given an array of its own.
  struct Whole {
    Place place;
    std::int64_t bytes = 0;
  };
  /// A result that is not written where it is wanted.
  struct Copy {
    std::uint32_t view, result;
  };
  /// A view whose memory is known only when the plan is executed.
  struct Placed {
    std::uint32_t view;
    Place place;
  };

  std::vector<Ref<Layout>> input_layouts;  // null for numbers
  std::vector<Step> steps;
  std::vector<Stretch> stretches;
  std::vector<View> views;        // without data, unless that is constant
  std::vector<Placed> in_arena;   // bound once for each workspace
  std::vector<Placed> in_arrays;  // in inputs and results: bound by each run
  std::vector<Whole> wholes;      // by compound steps, in order
  std::vector<Type> results;      // dense
  std::vector<Copy> copies;
  std::vector<NumberRun> number_runs;
  std::vector<TileRun> tile_runs;
  std::vector<ProductEnd> product_ends;  // without what they add
  std::vector<std::shared_ptr<const LoopRun>> loops;
  std::vector<std::shared_ptr<const SteeredRun>> steered;
  std::vector<Array> seen;           // by reading, dense
  Table<std::uint32_t> credits;      // the instructions that each step does work for
  Table<std::uint32_t> credit_ends;  // by step: where its own end in that
  std::vector<std::pair<std::int64_t, std::uint64_t>> numbers;  // constants in the arena: bits
  std::deque<Array> converted;       // constants in the dtype of a kernel
  std::vector<Ref<Layout>> layouts;  // those that the program does not have
  std::size_t arena_bytes = 0;
  std::uint32_t shared_loops = 0;  // how many keep their states for what goes back over them
};

/// The instructions that a step does work for: none of a reading, several of a run.
std::span<const std::uint32_t> credited(const Steps& steps, std::size_t step);

/// One step a line, for people.
std::string text_of(const Program& program, const Steps& steps);
/// One of them.
std::string text_of(const Program& program, const Steps& steps, const Step& step);

}  // namespace wg
