/// Cuts work on arrays into runs along a dense result: broadcasting, strides and threads.
#pragma once

#include "core/blocks.h"
#include "core/broadcast.h"
#include "core/copy.h"
#include "core/threads.h"
#include "core/view.h"
#include "kernels/table.h"

namespace wg {

/// Calls `work(begin, end)` for [0, n), in pieces of `grain` if there are more than two.
template <class Work> void in_pieces(std::int64_t n, std::int64_t grain, const Work& work) {
  if (n > 2 * grain)
    threads::parallel_for(n, grain, work);
  else if (n > 0)
    work(0, n);
}

/// n elements of an operand from one on, `step` apart; nothing of one that is not read.
inline Strided strided(const View& x, std::int64_t element, std::int64_t step) {
  return {x.data ? x.data + element * x.item() : nullptr, step};
}

/// Operands that lie otherwise than the result are copied block by block, in its order, so that
/// loops run over dense memory however short the axes are.
template <int most, class Run> class DenseBlocks {
 public:
  DenseBlocks(std::span<const View> x, const Blocks<most>& blocks, const Run& run)
      : x_(x), blocks_(blocks), run_(run) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      const int number = static_cast<int>(k);
      is_copied_[k] = x[k].data && !blocks.is_dense(number);
      if (!is_copied_[k]) continue;
      moves_[k] = blocks.moves(number);
      repeats_[k] = blocks.repeats(number);
      blocks.write_offsets(number, offsets_[k]);
    }
  }

  void operator()(std::int64_t begin, std::int64_t end) const {
    constexpr std::size_t widest = 16;
    // Half a page from the offsets: a processor takes a load for one of what was stored a page
    // away.
    alignas(page) std::byte memory[page / 2 + most * block_elements * widest];
    std::byte* const copies = memory + page / 2;
    bool is_first = true;
    blocks_.for_each(begin, end, [&](const auto& at, std::int64_t position, std::int64_t n) {
      Strided operands[most];
      for (std::size_t k = 0; k < x_.size(); ++k) {
        operands[k] = strided(x_[k], at[k], 1);
        if (!is_copied_[k]) continue;
        // What every block has alike is copied once, as much as the longest block reads.
        std::byte* const own = copies + k * block_elements * widest;
        if (is_first || moves_[k]) copy(k, operands[k].data, moves_[k] ? n : blocks_.size(), own);
        operands[k].data = own;
      }
      is_first = false;
      run_(operands, position, n);
    });
  }

 private:
  static constexpr std::size_t page = 4096;
  static constexpr std::int64_t many = 8;  // repetitions, that pay for a loop of their own

  void copy(std::size_t k, const std::byte* from, std::int64_t n, std::byte* to) const {
    if (repeats_[k] < many)
      pick(x_[k].item(), from, offsets_[k], n, to);
    else
      spread(x_[k].item(), from, offsets_[k], repeats_[k], n, to);
  }

  std::span<const View> x_;
  const Blocks<most>& blocks_;
  const Run& run_;
  bool is_copied_[most] = {}, moves_[most] = {};
  std::int64_t repeats_[most] = {};
  alignas(page) std::int64_t offsets_[most][block_elements];
};

/// Calls `run(operands, position, n)` for the n elements of a dense result of `shape` from a
/// position on, until all have had their turn; in parallel if there are many. At most `most`
/// operands, which broadcast to the shape.
template <int most, class Run>
void for_each_run(std::span<const View> x, std::span<const std::int64_t> shape, const Run& run) {
  constexpr std::int64_t grain = 32'768;  // elements a thread takes at a time
  const std::int64_t n = element_count(shape);
  bool is_flat = true;
  for (const View& operand : x) {
    is_flat &= !operand.data || operand.size() == 1 || (operand.size() == n && operand.is_dense());
  }
  if (is_flat) {
    return in_pieces(n, grain, [&](std::int64_t begin, std::int64_t end) {
      Strided operands[most];
      for (std::size_t k = 0; k < x.size(); ++k) {
        const std::int64_t step = x[k].size() == 1 && n != 1 ? 0 : 1;
        operands[k] = strided(x[k], begin * step, step);
      }
      run(operands, begin, end - begin);
    });
  }
  std::array<Dims, most> strides;
  for (std::size_t k = 0; k < most; ++k) {
    const bool is_read = k < x.size() && x[k].data;
    strides[k] =
        is_read ? broadcast_strides(*x[k].layout, shape) : Dims(static_cast<int>(shape.size()), 0);
  }
  const Blocks<most> blocks(shape, strides);
  if (!blocks.is_run())
    return in_pieces(blocks.count(), blocks.grain(), DenseBlocks<most, Run>(x, blocks, run));
  in_pieces(blocks.count(), blocks.grain(), [&](std::int64_t begin, std::int64_t end) {
    blocks.for_each(begin, end, [&](const auto& at, std::int64_t position, std::int64_t length) {
      Strided operands[most];
      for (std::size_t k = 0; k < x.size(); ++k)
        operands[k] = strided(x[k], at[k], blocks.step(static_cast<int>(k)));
      run(operands, position, length);
    });
  });
}

}  // namespace wg
