#include "kernels/extremum.h"

#include <complex>

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "kernels/reduce.h"

namespace wg::kernels {
namespace {

template <class T> bool is_nan(T x) { return x != x; }
template <class T> bool exceeds(T a, T b) { return a > b; }
template <class T> bool exceeds(std::complex<T> a, std::complex<T> b) {
  return a.real() > b.real() || (a.real() == b.real() && a.imag() > b.imag());
}

}  // namespace

void arg_extremum(Fold extremum, const View& x, int axis, std::int64_t* out) {
  const Along along(x.shape(), axis);
  const Unlocked unlocked(2 * x.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t o = 0; o < along.outer; ++o) {
      for (std::int64_t k = 0; k < along.inner; ++k) {
        const T* run = x.as<const T>() + o * along.n * along.inner + k;
        std::int64_t best = 0;
        for (std::int64_t i = 1; i < along.n && !is_nan(run[best * along.inner]); ++i) {
          const T a = run[i * along.inner], b = run[best * along.inner];
          if (is_nan(a) || (extremum == Fold::maximum ? exceeds(a, b) : exceeds(b, a))) best = i;
        }
        *out++ = best;
      }
    }
  });
}

void extremum_share(const View& x, const View& y, const Dims& axes, const View& share,
                    Workspace& work) {
  if (share.size() == 0) return;
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      T* to = share.as<T>();
      const StridedLoop<3> loop(
          x.shape(),
          {Dims(x.strides()), broadcast_strides(*y.layout, x.shape()), dense_strides(x.shape())});
      loop.for_each_run([&](const auto& at, std::int64_t n) {
        const T* a = x.as<const T>() + at[0];
        const T* b = y.as<const T>() + at[1];
        for (std::int64_t i = 0; i < n; ++i) {
          const T v = a[i * loop.step(0)], w = b[i * loop.step(1)];
          to[at[2] + i] = v == w || (is_nan(v) && is_nan(w)) ? T(1) : T(0);
        }
      });
      T* count = work.take_for<T>(y.size());
      fold(Fold::sum, share, axes, reinterpret_cast<std::byte*>(count), work);
      Dims strides = dense_strides(y.shape());
      for (int i = 0; i < y.ndim(); ++i) {
        if (y.shape()[static_cast<std::size_t>(i)] == 1) strides[i] = 0;
      }
      const StridedLoop<2> second(x.shape(), {dense_strides(x.shape()), strides});
      second.for_each_run([&](const auto& at, std::int64_t n) {
        for (std::int64_t i = 0; i < n; ++i) {
          to[at[0] + i] /= count[at[1] + i * second.step(1)];
        }
      });
    }
  });
}

void add_extremum_share(const View& x, const View& y, const Dims& axes, Work& work) {
  work.add(y.size() * x.item());
  add_fold(x, axes, work);
}

}  // namespace wg::kernels
