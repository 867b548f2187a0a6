#include "kernels/reduce.h"

#include <algorithm>
#include <complex>

#include "core/copy.h"
#include "core/host.h"
#include "core/strided_loop.h"

namespace wg::kernels {
namespace {

// Eight sums side by side, added up pairwise at the end of each block of 128, and the blocks' sums
// pairwise: the error grows with log n (Higham, Accuracy and Stability of Numerical Algorithms, 4.2).
template <class T>
T sum_block(const T* x, std::int64_t step, std::int64_t n) {
  if (n < 8) {
    T total = n > 0 ? x[0] : T(0);
    for (std::int64_t i = 1; i < n; ++i) total += x[i * step];
    return total;
  }
  T part[8];
  for (int k = 0; k < 8; ++k) part[k] = x[k * step];
  std::int64_t i = 8;
  for (; i + 8 <= n; i += 8) {
    for (int k = 0; k < 8; ++k) part[k] += x[(i + k) * step];
  }
  T total = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
  for (; i < n; ++i) total += x[i * step];
  return total;
}

template <class T>
T sum_run(const T* x, std::int64_t step, std::int64_t n) {
  if (n <= 128) return sum_block(x, step, n);
  const std::int64_t half = n / 2 - n / 2 % 8;
  return sum_run(x, step, half) + sum_run(x + half * step, step, n - half);
}

template <class T>
void sum_axes(const Array& x, const Dims& strides, Array& out) {
  std::fill_n(out.mutable_data<T>(), out.size(), T(0));
  const StridedLoop<2> loop(x.shape(), {Dims(x.layout().strides()), strides});
  const T* from = x.data<T>();
  T* to = out.mutable_data<T>();
  const std::int64_t in_step = loop.step(0), out_step = loop.step(1);
  loop.for_each_run([&](const auto& offsets, std::int64_t n) {
    const T* run = from + offsets[0];
    T* sums = to + offsets[1];
    if (out_step == 0) {
      *sums += sum_run(run, in_step, n);
    } else {
      for (std::int64_t i = 0; i < n; ++i) sums[i * out_step] += run[i * in_step];
    }
  });
}

}  // namespace

Array sum(const Array& x, const Dims& axes) {
  const int rank = x.ndim();
  Shape shape;
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end()) {
      shape.push_back(x.shape()[static_cast<std::size_t>(i)]);
    }
  }
  // Strides with which the result is walked in step with x: zero along what is summed.
  const Dims dense = dense_strides(shape);
  Dims strides(rank, 0);
  for (int i = 0, k = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) == axes.end()) strides[i] = dense[k++];
  }
  Array out = Array::empty(x.dtype(), shape);
  const Unlocked unlocked(x.size());
  visit(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (!std::is_same_v<T, bool>) sum_axes<T>(x, strides, out);
  });
  return out;
}

}  // namespace wg::kernels
