#include "kernels/select.h"

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"
#include "kernels/loops.h"

namespace wg::kernels {
namespace {

constexpr std::int64_t grain = 32'768;

bool is_flat(const View& x, std::int64_t n) {
  return x.size() == 1 || (x.size() == n && x.is_dense());
}

}  // namespace

void select(const View& condition, const View& x, const View& y, const View& out) {
  const std::int64_t item = x.item();
  const SelectLoop loop = loops().select[item == 1 ? 0 : item == 4 ? 1 : item == 8 ? 2 : 3];
  const std::int64_t n = out.size();
  std::byte* to = out.data;
  const Unlocked unlocked(n);
  if (is_flat(condition, n) && is_flat(x, n) && is_flat(y, n)) {
    const auto step = [&](const View& a) { return std::int64_t{a.size() != 1 || n == 1}; };
    const auto piece = [&](std::int64_t begin, std::int64_t end) {
      loop({condition.data + begin * step(condition), step(condition)},
           {x.data + begin * step(x) * item, step(x)}, {y.data + begin * step(y) * item, step(y)},
           to + begin * item, end - begin);
    };
    if (n <= 2 * grain)
      piece(0, n);
    else
      threads::parallel_for(n, grain, piece);
    return;
  }
  const auto strides = [&](const View& a) { return broadcast_strides(*a.layout, out.shape()); };
  const StridedLoop<4> walk(
      out.shape(), {strides(condition), strides(x), strides(y), dense_strides(out.shape())});
  walk.for_each_run([&](const auto& at, std::int64_t length) {
    loop({condition.data + at[0], walk.step(0)}, {x.data + at[1] * item, walk.step(1)},
         {y.data + at[2] * item, walk.step(2)}, to + at[3] * item, length);
  });
}

void triangle(const View& x, std::int64_t diagonal, bool is_lower, const View& out) {
  const std::int64_t item = x.item();
  const auto rank = x.shape().size();
  const std::int64_t rows = x.shape()[rank - 2], columns = x.shape()[rank - 1];
  if (x.size() == 0) return;
  std::memset(out.data, 0, static_cast<std::size_t>(x.size() * item));
  for (std::int64_t row = 0; row < x.size() / columns; ++row) {
    const std::int64_t i = row % rows;
    const std::int64_t begin = is_lower ? 0 : std::clamp<std::int64_t>(i + diagonal, 0, columns);
    const std::int64_t end =
        is_lower ? std::clamp<std::int64_t>(i + diagonal + 1, 0, columns) : columns;
    std::memcpy(out.data + (row * columns + begin) * item, x.data + (row * columns + begin) * item,
                static_cast<std::size_t>(std::max<std::int64_t>(end - begin, 0) * item));
  }
}

}  // namespace wg::kernels
