#include "kernels/feedback.h"

#include <algorithm>
#include <complex>

#include "core/host.h"
#include "core/threads.h"

namespace wg::kernels {
namespace {

template <class T> T times(T a, T b) { return a * b; }
template <class T> std::complex<T> times(std::complex<T> a, std::complex<T> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// How far into an array with these strides a line lies.
std::int64_t offset_of(std::int64_t line, std::span<const std::int64_t> shape,
                       const Dims& strides) {
  std::int64_t offset = 0;
  for (int i = strides.size() - 1; i >= 0; --i) {
    const std::int64_t n = shape[static_cast<std::size_t>(i)];
    offset += line % n * strides[i];
    line /= n;
  }
  return offset;
}

template <class T>
void recur_line(const T* x, const T* a, std::int64_t order, bool reverse, T* y, std::int64_t n) {
  const std::int64_t step = reverse ? -1 : 1;
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t at = reverse ? n - 1 - i : i;
    T value = x[at];
    // The latest one last: the next sum waits for nothing else.
    for (std::int64_t k = std::min(order, i); k > 0; --k)
      value -= times(a[k - 1], y[at - k * step]);
    y[at] = value;
  }
}

}  // namespace

void recur(const View& x, const View& a, bool reverse, const View& y) {
  const std::int64_t n = x.shape().back(), order = a.shape().back();
  if (x.size() == 0) return;
  const auto front = x.shape().first(x.shape().size() - 1);
  const Shape own(a.shape().first(a.shape().size() - 1));
  Dims steps(static_cast<int>(front.size()), 0), dense = dense_strides(own);
  for (int i = 1; i <= own.size(); ++i) {
    if (own[own.size() - i] != 1) steps[steps.size() - i] = dense[own.size() - i] * order;
  }
  const Unlocked unlocked(x.size() * (order + 2));
  visit(y.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      const std::int64_t grain = std::max<std::int64_t>(1, 16'384 / (n * (order + 1)));
      threads::parallel_for(x.size() / n, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t line = begin; line < end; ++line) {
          recur_line(x.as<const T>() + line * n, a.as<const T>() + offset_of(line, front, steps),
                     order, reverse, y.as<T>() + line * n, n);
        }
      });
    }
  });
}

}  // namespace wg::kernels
