#include "tape/plan/tiles.h"

#include <algorithm>

#include "core/threads.h"
#include "kernels/reduce.h"

namespace wg {
namespace {

constexpr std::int64_t grain = 32'768;  // elements that a thread takes at a time

std::byte* at(const TileRun::Operand& operand, const View* views, std::byte* tiles,
              std::int64_t tile_bytes, std::int64_t begin) {
  if (operand.is_tile) return tiles + operand.index * tile_bytes;
  return views[operand.index].data + begin * operand.step * operand.item;
}

}  // namespace

int TileRun::most_threads() const {
  constexpr std::int64_t most = 16;
  return count > 2 * grain ? static_cast<int>(std::min(most, (count + grain - 1) / grain)) : 1;
}

std::int64_t TileRun::work_bytes() const {
  const std::int64_t blocks = has_sum ? (count + kernels::sum_block - 1) / kernels::sum_block : 0;
  return most_threads() * tiles * tile_bytes + blocks * static_cast<std::int64_t>(sizeof(double));
}

void TileRun::execute_tile(const View* views, std::byte* own, double* sums, std::int64_t begin,
                           std::int64_t n) const {
  for (const Operation& operation : operations) {
    Strided x[3];
    for (std::size_t k = 0; k < operation.operand_count; ++k) {
      const Operand& operand = operation.operands[k];
      x[k] = {at(operand, views, own, tile_bytes, begin), operand.step};
    }
    std::byte* const out = at(operation.result, views, own, tile_bytes, begin);
    if (operation.select)
      operation.select(x[0], x[1], x[2], out, n);
    else
      operation.forward(x, out, n);
  }
  if (!has_sum) return;
  const auto* x = reinterpret_cast<const double*>(at(addend, views, own, tile_bytes, begin));
  for (std::int64_t i = 0; i < n; i += kernels::sum_block)
    sums[(begin + i) / kernels::sum_block] =
        kernels::sum_of_block(x + i, std::min(kernels::sum_block, n - i));
}

void TileRun::execute(const View* views, std::byte* work) const {
  const std::int64_t room = tiles * tile_bytes;
  auto* const sums = reinterpret_cast<double*>(work + most_threads() * room);
  const auto some = [&](std::int64_t begin, std::int64_t end, int thread) {
    for (; begin < end; begin += length)
      execute_tile(views, work + thread * room, sums, begin, std::min(length, end - begin));
  };
  if (most_threads() == 1)
    some(0, count, 0);
  else
    threads::parallel_for(count, grain, most_threads(), some);
  if (has_sum) *views[sum].as<double>() = kernels::joined_sum(sums, count);
}

}  // namespace wg
