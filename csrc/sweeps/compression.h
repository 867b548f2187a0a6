/// Jacobians from few seeds: which elements share a seed, and where the results belong.
#pragma once

#include <span>
#include <vector>

#include "sweeps/pattern.h"
#include "sweeps/sparsity.h"

namespace wg {

/// Which sweeps may be taken.
enum class Mode { forward, reverse, cheaper };

/// The non-zeros of the derivative of one output with respect to one leaf, as CSR.
struct SparseBlock {
  Table<std::int32_t> starts, columns;
  std::size_t first = 0;  // of its values among all
};

/// Holds for all recordings of one fingerprint.
struct Compression {
  std::vector<SparseBlock> blocks;  // output by output, leaf by leaf
  std::size_t count = 0;            // of all non-zeros
  bool is_forward = true;
  bool is_on_cut = false;          // seeds enter, or cotangents leave, at the cut
  std::vector<std::uint32_t> cut;  // places, counted without gaps
  Table<std::int32_t> colours;     // of each element that is seeded
  std::int64_t colour_count = 0;
  Table<std::int64_t> starts;  // by colour, in what follows
  Table<std::int32_t> from;    // the element of the sweep's results
  Table<std::int32_t> to;      // the non-zero that it adds to

  /// In the time of half a forward sweep.
  std::int64_t cost() const { return cost_of(colour_count, is_forward); }
  // A reverse sweep takes about as long as one and a half forward sweeps.
  static std::int64_t cost_of(std::int64_t seeds, bool is_forward) {
    return seeds * (is_forward ? 2 : 3);
  }
};

/// The pattern of rows with respect to the leaves, divided by output and leaf.
std::vector<SparseBlock> blocks_of(const Rows& rows, std::span<const Tensor> outputs,
                                   std::span<const Ref<Node>> leaves);

/// `is_symmetric`: outputs and leaves are of the same sizes, and the derivative is known to be
/// symmetric. Throws TooDense where a pattern on the way has more than `most` entries.
Compression compress(const Order& order, std::span<const Tensor> outputs,
                     std::span<const Ref<Node>> leaves, Mode mode, bool is_symmetric,
                     std::size_t most = SIZE_MAX);

}  // namespace wg
