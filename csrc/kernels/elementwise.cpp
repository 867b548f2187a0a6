#include "kernels/elementwise.h"

#include "core/host.h"
#include "kernels/convert.h"
#include "kernels/runs.h"

namespace wg {
namespace {

constexpr int most = 4;  // operands, output and cotangent

bool is_other(const View& x, DType dtype) { return x.data && x.dtype != dtype; }

/// Calls `run(operands, position, n)` with operands of one dtype: the others are converted in
/// pieces, which stay in the first cache.
template <class Run>
[[gnu::noinline]] void run_converted(std::span<const View> x, DType dtype, const Strided* operands,
                                     std::int64_t position, std::int64_t n, const Run& run) {
  constexpr std::int64_t piece = block_elements;
  alignas(64) std::byte buffers[most][piece * 16];
  for (std::int64_t begin = 0; begin < n; begin += piece) {
    const std::int64_t length = std::min(piece, n - begin);
    Strided given[most];
    for (std::size_t k = 0; k < x.size(); ++k) {
      const auto [data, step] = operands[k];
      const std::byte* from = data ? data + begin * step * x[k].item() : nullptr;
      given[k] = {from, step};
      if (!is_other(x[k], dtype)) continue;
      if (step != 0 || begin == 0)
        convert_run(x[k].dtype, from, step, dtype, buffers[k], step == 0 ? 1 : length);
      given[k] = {buffers[k], step == 0 ? 0 : 1};
    }
    run(given, position + begin, length);
  }
}

/// Calls `run(operands, position, n)` along the runs of a dense result, with operands of `dtype`.
template <class Run>
void for_each_run_of(DType dtype, std::span<const View> x, const View& out, const Run& run) {
  const Unlocked unlocked(out.size());
  if (std::ranges::none_of(x, [&](const View& operand) { return is_other(operand, dtype); }))
    return for_each_run<most>(x, out.shape(), run);
  for_each_run<most>(x, out.shape(),
                     [&](const Strided* operands, std::int64_t position, std::int64_t n) {
                       run_converted(x, dtype, operands, position, n, run);
                     });
}

}  // namespace

void evaluate_elementwise(const Kernel& kernel, std::span<const View> operands, DType dtype,
                          const View& out) {
  if (out.ndim() == 0) {
    const std::byte* elements[most];
    alignas(16) std::byte converted[most][16];
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const View& x = operands[k];
      elements[k] = x.data;
      if (x.dtype == dtype) continue;
      convert_run(x.dtype, x.data, 1, dtype, converted[k], 1);
      elements[k] = converted[k];
    }
    return kernel.scalar(elements, out.data);
  }
  const std::int64_t item = out.item();
  for_each_run_of(dtype, operands, out,
                  [&](const Strided* run, std::int64_t position, std::int64_t n) {
                    kernel.forward(run, out.data + position * item, n);
                  });
}

void adjoint_elementwise(const Kernel& kernel, int operand, std::span<const View> given,
                         const View& sum, bool accumulate) {
  const std::int64_t item = sum.item();
  const auto loop = kernel.adjoint[operand];
  for_each_run_of(sum.dtype, given, sum,
                  [&](const Strided* run, std::int64_t position, std::int64_t n) {
                    loop(run, sum.data + position * item, n, accumulate);
                  });
}

}  // namespace wg
