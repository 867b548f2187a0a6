#include "kernels/elementwise.h"

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"
#include "kernels/convert.h"

namespace wg {
namespace {

constexpr std::int64_t grain = 32'768;  // elements a thread takes at a time
constexpr std::size_t most = 4;         // operands, output and cotangent

/// The operands of one kernel call, along runs.
class Operands {
 public:
  Operands(std::span<const View> x, DType dtype) : x_(x), dtype_(dtype) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      items_[k] = x[k].item();
      are_converted_ |= is_other(x[k]);
    }
  }

  /// n elements of operand k from one on, `step` apart.
  Strided at(std::size_t k, std::int64_t element, std::int64_t step) const {
    return {x_[k].data ? x_[k].data + element * items_[k] : nullptr, step};
  }

  /// Calls `run(operands, position, n)` with operands of one dtype: the others are converted in
  /// pieces, which stay in the first cache.
  template <class Run>
  void run(const Strided* operands, std::int64_t position, std::int64_t n, const Run& run) const {
    if (are_converted_)
      run_converted(operands, position, n, run);
    else
      run(operands, position, n);
  }

 private:
  template <class Run>
  [[gnu::noinline]] void run_converted(const Strided* operands, std::int64_t position,
                                       std::int64_t n, const Run& run) const {
    constexpr std::int64_t piece = 512;
    alignas(64) std::byte buffers[most][piece * 16];
    for (std::int64_t begin = 0; begin < n; begin += piece) {
      const std::int64_t length = std::min(piece, n - begin);
      Strided given[most];
      for (std::size_t k = 0; k < x_.size(); ++k) {
        const View& x = x_[k];
        const auto [data, step] = operands[k];
        const std::byte* from = data ? data + begin * step * items_[k] : nullptr;
        given[k] = {from, step};
        if (!is_other(x)) continue;
        if (step != 0 || begin == 0)
          convert_run(x.dtype, from, step, dtype_, buffers[k], step == 0 ? 1 : length);
        given[k] = {buffers[k], step == 0 ? 0 : 1};
      }
      run(given, position + begin, length);
    }
  }

  bool is_other(const View& x) const { return x.data && x.dtype != dtype_; }

  std::span<const View> x_;
  std::int64_t items_[most];
  DType dtype_;
  bool are_converted_ = false;
};

/// Calls `run(operands, position, n)` along the runs of a dense result, in parallel if it is large.
template <class Run>
void for_each_run(std::span<const View> x, DType dtype, const View& out, const Run& run) {
  const Operands all(x, dtype);
  const std::int64_t n = out.size();
  bool is_flat = true;
  for (const View& operand : x) {
    is_flat &= !operand.data || operand.size() == 1 || (operand.size() == n && operand.is_dense());
  }
  const Unlocked unlocked(n);
  if (is_flat) {
    const auto piece = [&](std::int64_t begin, std::int64_t end) {
      Strided operands[most];
      for (std::size_t k = 0; k < x.size(); ++k) {
        const std::int64_t step = x[k].size() == 1 && n != 1 ? 0 : 1;
        operands[k] = all.at(k, begin * step, step);
      }
      all.run(operands, begin, end - begin, run);
    };
    if (n <= 2 * grain)
      piece(0, n);
    else
      threads::parallel_for(n, grain, piece);
    return;
  }
  std::array<Dims, most + 1> strides;
  for (std::size_t k = 0; k < most; ++k) {
    const bool is_read = k < x.size() && x[k].data;
    strides[k] = is_read ? broadcast_strides(*x[k].layout, out.shape()) : Dims(out.ndim(), 0);
  }
  strides[most] = dense_strides(out.shape());
  const StridedLoop<most + 1> loop(out.shape(), strides);
  loop.for_each_run([&](const auto& offsets, std::int64_t length) {
    Strided operands[most];
    for (std::size_t k = 0; k < x.size(); ++k) {
      operands[k] = all.at(k, offsets[k], loop.step(static_cast<int>(k)));
    }
    all.run(operands, offsets[most], length, run);
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
  for_each_run(operands, dtype, out,
               [&](const Strided* run, std::int64_t position, std::int64_t n) {
                 kernel.forward(run, out.data + position * item, n);
               });
}

void adjoint_elementwise(const Kernel& kernel, int operand, std::span<const View> given,
                         const View& sum, bool accumulate) {
  const std::int64_t item = sum.item();
  const auto loop = kernel.adjoint[operand];
  for_each_run(given, sum.dtype, sum,
               [&](const Strided* run, std::int64_t position, std::int64_t n) {
                 loop(run, sum.data + position * item, n, accumulate);
               });
}

}  // namespace wg
