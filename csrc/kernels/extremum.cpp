#include "kernels/extremum.h"

#include <algorithm>
#include <complex>

#include "core/host.h"
#include "kernels/reduce.h"
#include "kernels/runs.h"

namespace wg::kernels {
namespace {

template <class T> bool is_nan(T x) { return x != x; }
template <class T> bool exceeds(T a, T b) { return a > b; }
template <class T> bool exceeds(std::complex<T> a, std::complex<T> b) {
  return a.real() > b.real() || (a.real() == b.real() && a.imag() > b.imag());
}

/// 1 where an element is its extremum, NaN being NaN, else 0.
template <class T> void find_extrema(const View& x, const View& y, T* out) {
  const View both[] = {x, y};
  for_each_run<2>(both, x.shape(), [&](const Strided* run, std::int64_t position, std::int64_t n) {
    T* const to = out + position;
    if constexpr (is_complex(dtype_of<T>)) {
      const auto* a = reinterpret_cast<const T*>(run[0].data);
      const auto* b = reinterpret_cast<const T*>(run[1].data);
      for (std::int64_t i = 0; i < n; ++i) {
        const T v = a[i * run[0].step], w = b[i * run[1].step];
        to[i] = v == w || (is_nan(v) && is_nan(w)) ? T(1) : T(0);
      }
    } else {
      loops().share[sizeof(T) == sizeof(double)](run[0], run[1], reinterpret_cast<std::byte*>(to),
                                                 n);
    }
  });
}

/// Divides each share by how many there are.
template <class T> void divide(const View& share, const View& count) {
  const View both[] = {share, count};
  for_each_run<2>(both, share.shape(),
                  [&](const Strided* run, std::int64_t position, std::int64_t n) {
                    const auto* ties = reinterpret_cast<const T*>(run[1].data);
                    T* const to = share.as<T>() + position;
                    for (std::int64_t i = 0; i < n; ++i) to[i] /= ties[i * run[1].step];
                  });
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
  const Unlocked unlocked(2 * share.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_inexact(dtype_of<T>)) {
      find_extrema(x, y, share.as<T>());
      T* const count = work.take_for<T>(y.size());
      fold(Fold::sum, share, axes, reinterpret_cast<std::byte*>(count), work);
      // Without a tie there is nothing to share.
      if (std::all_of(count, count + y.size(), [](T n) { return n == T(1); })) return;
      std::byte* const lying = work.take(static_cast<std::int64_t>(Layout::bytes(y.ndim())));
      divide<T>(share, {reinterpret_cast<std::byte*>(count), &Layout::dense_in(lying, y.shape()),
                        y.dtype});
    }
  });
}

void add_extremum_share(const View& x, const View& y, const Dims& axes, Work& work) {
  work.add(y.size() * x.item());
  add_fold(x, axes, work);
  work.add(static_cast<std::int64_t>(Layout::bytes(y.ndim())));
}

}  // namespace wg::kernels
