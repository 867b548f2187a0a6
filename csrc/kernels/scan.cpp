#include "kernels/scan.h"

#include <complex>

#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/reduce.h"

namespace wg::kernels {
namespace {

/// Calls `first(i, n)` for the first n elements to be computed of each block, from element i on,
/// and `next(i, before, n)` for those that follow their neighbours `before`.
template <class First, class Next>
void for_each_row(const Along& along, bool reverse, const First& first, const Next& next) {
  if (along.n == 0) return;
  const std::int64_t block = along.n * along.inner;
  const std::int64_t grain = std::max<std::int64_t>(1, 32'768 / std::max<std::int64_t>(block, 1));
  threads::parallel_for(along.outer, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      const std::int64_t start = o * block + (reverse ? block - along.inner : 0);
      const std::int64_t step = reverse ? -along.inner : along.inner;
      first(start, along.inner);
      for (std::int64_t i = 1; i < along.n; ++i)
        next(start + i * step, start + (i - 1) * step, along.inner);
    }
  });
}

/// Integers wrap around.
template <class T>
using Wrapping =
    std::conditional_t<std::is_same_v<T, std::int64_t>, std::uint64_t,
                       std::conditional_t<std::is_same_v<T, std::int32_t>, std::uint32_t, T>>;

template <class T> T product(T a, T b) { return a * b; }
template <class T> std::complex<T> product(std::complex<T> a, std::complex<T> b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

template <class Join> Array scan(const Array& x, int axis, bool reverse, const Join& join) {
  const Array from = dense(x);
  const Along along(x.shape(), axis);
  Array out = Array::empty(x.dtype(), x.shape());
  const Unlocked unlocked(x.size());
  visit(x.dtype(), [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    if constexpr (!std::is_same_v<T, bool>) {
      const T* a = from.data<T>();
      T* y = out.mutable_data<T>();
      for_each_row(
          along, reverse, [&](std::int64_t i, std::int64_t n) { std::copy_n(a + i, n, y + i); },
          [&](std::int64_t i, std::int64_t before, std::int64_t n) {
            for (std::int64_t k = 0; k < n; ++k) y[i + k] = join(y[before + k], a[i + k]);
          });
    }
  });
  return out;
}

}  // namespace

Array cumsum(const Array& x, int axis, bool reverse) {
  return scan(x, axis, reverse, [](auto total, auto next) { return total + next; });
}

Array cumprod(const Array& x, int axis, bool reverse) {
  return scan(x, axis, reverse, [](auto total, auto next) { return product(total, next); });
}

Array recurrence(const Array& a, const Array& b, int axis, bool reverse) {
  const Array factors = dense(a), terms = dense(b);
  const Along along(a.shape(), axis);
  Array out = Array::empty(a.dtype(), a.shape());
  const Unlocked unlocked(2 * a.size());
  visit(a.dtype(), [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    if constexpr (!std::is_same_v<T, bool>) {
      const T* p = factors.data<T>();
      const T* q = terms.data<T>();
      T* y = out.mutable_data<T>();
      for_each_row(
          along, reverse, [&](std::int64_t i, std::int64_t n) { std::copy_n(q + i, n, y + i); },
          [&](std::int64_t i, std::int64_t before, std::int64_t n) {
            for (std::int64_t k = 0; k < n; ++k)
              y[i + k] = q[i + k] + product(p[i + k], y[before + k]);
          });
    }
  });
  return out;
}

}  // namespace wg::kernels
