/// Reductions along axes, in an order that depends on the shape and the axes alone.
#pragma once

#include "core/view.h"
#include "core/work.h"
#include "kernels/loops.h"

namespace wg::kernels {

/// Joins the elements of a dense x along the given negative axes; in the dtype of x. Nothing joined
/// is 0 as a sum and 1 as a product; maximum and minimum need an element.
void fold(Fold fold, const View& x, const Dims& axes, std::byte* out, Workspace& work);
/// Room for what is joined along some of the axes and not yet along others, and for what pieces of
/// long runs join to.
void add_fold(const View& x, const Dims& axes, Work& work);

/// A fold of many numbers of float32 or float64 in two steps, with the bits of `fold`: each block
/// of so many numbers, the last of which may be shorter; then what the blocks come to.
class BlockFold {
 public:
  BlockFold(Fold fold, DType dtype);
  BlockFold() = default;

  std::int64_t item() const { return item_; }
  std::int64_t block() const { return block_bytes / item_; }
  const FoldLoops& loops() const { return *loops_; }
  void of_block(const std::byte* x, std::int64_t n, std::byte* out) const {
    loops_->run(x, n, 1, out);
  }
  /// Of n numbers, in the memory of what their blocks came to.
  void join(std::byte* blocks, std::int64_t n, std::byte* out) const;

  static constexpr std::int64_t block_bytes = 8192;

 private:
  void join_blocks(const std::byte* blocks, std::int64_t n, std::byte* out) const;

  const FoldLoops* loops_ = nullptr;
  std::int64_t item_ = 0;
};

/// How many of n rows of `inner` numbers are joined first, before what they come to is: all of
/// them if there are few.
std::int64_t rows_joined_first(std::int64_t n, std::int64_t inner);

/// A dense array seen along one axis: outer blocks of n rows of inner elements.
struct Along {
  std::int64_t outer = 1, n = 1, inner = 1;

  Along(std::span<const std::int64_t> shape, int axis);
};

}  // namespace wg::kernels
