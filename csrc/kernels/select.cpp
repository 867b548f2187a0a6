#include "kernels/select.h"

#include "core/host.h"
#include "kernels/loops.h"
#include "kernels/runs.h"

namespace wg::kernels {

void select(const View& condition, const View& x, const View& y, const View& out) {
  const std::int64_t item = x.item();
  const SelectLoop loop = loops().select[item == 1 ? 0 : item == 4 ? 1 : item == 8 ? 2 : 3];
  const Unlocked unlocked(out.size());
  const View operands[] = {condition, x, y};
  for_each_run<3>(operands, out.shape(),
                  [&](const Strided* run, std::int64_t position, std::int64_t n) {
                    loop(run[0], run[1], run[2], out.data + position * item, n);
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
