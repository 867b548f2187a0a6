/// The order of elements, and the lines along an axis in which they are put in order.
#pragma once

#include <algorithm>
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

/// Calls `work(first, step, n)` for every run along the axis; runs that are short go many to a
/// thread.
template <class Work> void for_each_line(const Along& along, const Work& work) {
  const std::int64_t grain = std::max<std::int64_t>(1, 4096 / std::max<std::int64_t>(along.n, 1));
  threads::parallel_for(
      along.outer * along.inner, grain, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) {
          work(i / along.inner * along.n * along.inner + i % along.inner, along.inner, along.n);
        }
      });
}

}  // namespace wg::kernels
