/// The order of elements, and the lines along an axis in which they are put in order.
#pragma once

#include <algorithm>
#include <climits>
#include <complex>
#include <cstdint>

#include "core/threads.h"
#include "kernels/reduce.h"

namespace wg::kernels {

/// NaN is greatest; complex numbers go by real part, then imaginary.
template <class T> bool is_less(T a, T b) { return a < b || (b != b && a == a); }
template <class T> bool is_less(std::complex<T> a, std::complex<T> b) {
  const bool a_nan = a != a, b_nan = b != b;
  if (a_nan || b_nan) return !a_nan && b_nan;
  return a.real() < b.real() || (a.real() == b.real() && a.imag() < b.imag());
}

/// The runs along an axis, of which short ones go many to a thread.
struct Lines {
  Along along;

  Lines(const View& x, int axis) : along(x.shape(), axis) {}

  bool lie_apart() const { return along.inner != 1; }
  std::int64_t count() const { return along.outer * along.inner; }
  std::int64_t grain() const {
    return std::max<std::int64_t>(1, 4096 / std::max<std::int64_t>(along.n, 1));
  }
  /// How many threads have room at once.
  int at_once() const {
    constexpr std::int64_t most = 16;
    return static_cast<int>(std::clamp((count() + grain() - 1) / grain(), std::int64_t{1}, most));
  }

  /// Calls `work(first, step, n)` for every line.
  template <class Work> void for_each(const Work& work) const {
    for_each_by(INT_MAX, [&](std::int64_t first, int) { work(first, along.inner, along.n); });
  }
  /// Calls `work(first, step, n, room)`, with room for so many lines.
  template <class T, class Work> void for_each(T* room, int lines, const Work& work) const {
    for_each_by(at_once(), [&](std::int64_t first, int thread) {
      work(first, along.inner, along.n, room + thread * lines * along.n);
    });
  }

 private:
  template <class Work> void for_each_by(int threads, const Work& work) const {
    threads::parallel_for(
        count(), grain(), threads, [&](std::int64_t begin, std::int64_t end, int thread) {
          for (std::int64_t i = begin; i < end; ++i) {
            work(i / along.inner * along.n * along.inner + i % along.inner, thread);
          }
        });
  }
};

}  // namespace wg::kernels
