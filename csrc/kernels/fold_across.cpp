#include "kernels/fold_across.h"

#include <algorithm>

#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/reduce.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t columns = 64;  // lines that are folded at the same time
constexpr std::int64_t least = 8;     // lines side by side that are worth it

/// What FoldOf does to the lanes of a register is done here to rows, a number of each line.
class Lines {
 public:
  Lines(const BlockFold& fold, std::int64_t step, std::int64_t width)
      : loops_(fold.loops()),
        item_(fold.item()),
        wide_(128 / fold.item()),
        block_(fold.block()),
        step_(step),
        width_(width) {}

  /// n elements of each line into one.
  void fold(const std::byte* x, std::int64_t n, std::byte* out) const {
    if (n < 4 * wide_) return fold_short(x, n, out);
    alignas(64) std::byte parts[most_lanes * columns * most_item];
    if (n > block_) {
      const std::int64_t half = (n / 2 + block_ - 1) / block_ * block_;
      fold(x, half, out);
      fold(row(x, half), n - half, parts);
      return join(parts, out);
    }
    std::byte* const odd = parts + lane(wide_);
    const std::int64_t pairs = n / (2 * wide_);
    join_lanes(x, 2 * wide_, pairs, parts);
    for (std::int64_t k = 0; k < wide_; ++k) join(odd + lane(k), parts + lane(k));
    join_halves(parts, wide_, out);
    const std::int64_t done = pairs * 2 * wide_;
    if (done == n) return;
    fold_short(row(x, done), n - done, parts);
    join(parts, out);
  }

 private:
  static constexpr std::int64_t most_lanes = 64, most_item = 4, narrow = 8;
  static_assert(most_lanes * most_item == 2 * 128);

  void fold_short(const std::byte* x, std::int64_t n, std::byte* out) const {
    if (n < narrow) {
      loops_.rows(x, 0, 1, width_, out);
      return join_rows(row(x, 1), 1, n - 1, out);
    }
    alignas(64) std::byte lanes[narrow * columns * sizeof(double)];
    const std::int64_t rounds = n / narrow;
    join_lanes(x, narrow, rounds, lanes);
    join_halves(lanes, narrow, out);
    join_rows(row(x, rounds * narrow), 1, n - rounds * narrow, out);
  }

  /// Lane k has the elements k, k + count, k + 2 count and so on.
  void join_lanes(const std::byte* x, std::int64_t count, std::int64_t rounds,
                  std::byte* lanes) const {
    for (std::int64_t k = 0; k < count; ++k) {
      loops_.rows(row(x, k), 0, 1, width_, lanes + lane(k));
      join_rows(row(x, k + count), count, rounds - 1, lanes + lane(k));
    }
  }

  void join_halves(std::byte* lanes, std::int64_t count, std::byte* out) const {
    for (std::int64_t half = count / 2; half > 1; half /= 2) {
      for (std::int64_t k = 0; k < half; ++k) join(lanes + lane(k + half), lanes + lane(k));
    }
    loops_.rows(lanes, 0, 1, width_, out);
    join(lanes + lane(1), out);
  }

  /// One after the other: eight would be joined among themselves before.
  void join_rows(const std::byte* x, std::int64_t every, std::int64_t count, std::byte* out) const {
    for (std::int64_t k = 0; k < count; k += 7) {
      loops_.more_rows(row(x, k * every), every * step_, std::min<std::int64_t>(7, count - k),
                       width_, out);
    }
  }
  void join(const std::byte* x, std::byte* out) const { loops_.more_rows(x, 0, 1, width_, out); }

  const std::byte* row(const std::byte* x, std::int64_t k) const { return x + k * step_ * item_; }
  std::int64_t lane(std::int64_t k) const { return k * width_ * item_; }

  const FoldLoops& loops_;
  std::int64_t item_, wide_, block_, step_, width_;
};

/// The axes of such a fold: lines of n elements, `step` apart, by the axis along which they are
/// neighbours and by the others.
struct Across {
  int neighbours = -1;
  std::int64_t n = 1, step = 0;

  Across(const View& x, const Dims& axes) {
    const int rank = x.ndim(), kept = rank - axes.size();
    for (int axis = rank - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      const std::int64_t length = x.shape()[at], own = x.strides()[at];
      const bool is_folded = std::ranges::find(axes, axis - rank) != axes.end();
      if (is_folded != (axis >= kept)) return;
      if (length == 1) continue;
      if (!is_folded) {
        if (own == 1 && length >= least) neighbours = axis;
        continue;
      }
      if (n > 1 && own != step * n) return;
      if (n == 1) step = own;
      n *= length;
    }
  }
  bool is_whole() const { return neighbours >= 0 && n > 1 && step > 1; }
};

}  // namespace

bool lies_across(const View& x, const Dims& axes) {
  const bool is_real = x.dtype == DType::float64 || x.dtype == DType::float32;
  if (!is_real || x.size() == 0 || x.is_dense()) return false;
  const Across across(x, axes);
  return across.is_whole() && rows_joined_first(across.n, 1) == across.n;  // longer ones in pieces
}

void fold_across(Fold fold, const View& x, const Dims& axes, std::byte* out) {
  const Across across(x, axes);
  const BlockFold loops(fold, x.dtype);
  const int kept = x.ndim() - axes.size();
  const std::int64_t item = x.item();
  const Dims lengths(x.shape().first(static_cast<std::size_t>(kept))),
      steps(x.strides().first(static_cast<std::size_t>(kept)));
  const Dims to = dense_strides(lengths);
  const std::int64_t side_by_side = lengths[across.neighbours], apart = to[across.neighbours];
  const std::int64_t blocks = (side_by_side + columns - 1) / columns;
  const std::int64_t count = element_count(lengths) / side_by_side * blocks;
  const Unlocked unlocked(x.size() / 2);
  const std::int64_t grain = std::max<std::int64_t>(1, 65'536 / (across.n * columns));
  threads::parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    alignas(64) std::byte totals[columns * sizeof(double)];
    for (std::int64_t i = begin; i < end; ++i) {
      const std::int64_t first = i % blocks * columns;
      std::int64_t from = first, at = first * apart, left = i / blocks;
      for (int axis = kept - 1; axis >= 0; --axis) {
        if (axis == across.neighbours) continue;
        from += left % lengths[axis] * steps[axis];
        at += left % lengths[axis] * to[axis];
        left /= lengths[axis];
      }
      const std::int64_t width = std::min(columns, side_by_side - first);
      const Lines lines(loops, across.step, width);
      if (apart == 1) {
        lines.fold(x.data + from * item, across.n, out + at * item);
        continue;
      }
      lines.fold(x.data + from * item, across.n, totals);
      copy_strided(totals, {1}, out + at * item, {apart}, Dims{width}, item);
    }
  });
}

}  // namespace wg::kernels
