#include "kernels/extremum.h"

#include <algorithm>
#include <complex>

#include "core/host.h"
#include "core/threads.h"
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

namespace {

template <class T> constexpr Number number_of() {
  if constexpr (std::is_same_v<T, double>) return Number::float64;
  if constexpr (std::is_same_v<T, float>) return Number::float32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Number::int64;
  if constexpr (std::is_same_v<T, std::int32_t>) return Number::int32;
  return Number::int8;
}

/// Lines along an axis, in each of which the first extremum is looked for.
template <class T> class Search {
 public:
  Search(Fold extremum, const View& x, int axis, std::int64_t* out)
      : extremum_(extremum), along_(x.shape(), axis), x_(x.as<const T>()), out_(out) {}

  void run() const {
    if (is_complex(dtype_of<T>) || along_.n < shortest || (along_.inner > 1 && along_.inner < 8)) {
      const std::int64_t grain = std::max<std::int64_t>(1, 16'384 / along_.n);
      return threads::parallel_for(along_.outer * along_.inner, grain,
                                   [&](std::int64_t begin, std::int64_t end) {
                                     for (std::int64_t i = begin; i < end; ++i)
                                       out_[i] = in_line(i);
                                   });
    }
    if constexpr (!is_complex(dtype_of<T>)) {
      // Columns side by side, or a line of neighbours.
      const std::int64_t pieces = (along_.inner + tile - 1) / tile;
      const std::int64_t size = along_.n * std::min(along_.inner, tile);
      const std::int64_t grain = std::max<std::int64_t>(1, 65'536 / size);
      threads::parallel_for(along_.outer * pieces, grain,
                            [&](std::int64_t begin, std::int64_t end) {
                              for (std::int64_t i = begin; i < end; ++i) {
                                if (along_.inner == 1)
                                  out_[i] = in_run(x_ + i * along_.n);
                                else
                                  in_columns(i / pieces, i % pieces * tile);
                              }
                            });
    }
  }

 private:
  static constexpr std::int64_t shortest = 16;  // for which loops are worth their call
  static constexpr std::int64_t tile = 512;     // columns
  static constexpr std::int64_t block = 4096;   // numbers of a line, in the first cache

  bool is_beyond(T a, T b) const {
    return (is_nan(a) && !is_nan(b)) ||
           (extremum_ == Fold::greatest ? exceeds(a, b) : exceeds(b, a));
  }

  std::int64_t in_line(std::int64_t line) const {
    const std::int64_t step = along_.inner;
    const T* const x = x_ + line / step * along_.n * step + line % step;
    std::int64_t best = 0;
    for (std::int64_t i = 1; i < along_.n && !is_nan(x[best * step]); ++i) {
      if (is_beyond(x[i * step], x[best * step])) best = i;
    }
    return best;
  }

  const FoldLoops& folds() const {
    return loops().folds[static_cast<int>(extremum_)][static_cast<int>(number_of<T>())];
  }
  const FindLoops& finds() const { return loops().find[static_cast<int>(number_of<T>())]; }

  /// Block by block; what is found is looked for in one of them alone.
  std::int64_t in_run(const T* x) const {
    T best{};
    std::int64_t at = 0;
    for (std::int64_t i = 0; i < along_.n; i += block) {
      T own;
      folds().run(bytes(x + i), std::min(block, along_.n - i), 1,
                  reinterpret_cast<std::byte*>(&own));
      if (i > 0 && !is_beyond(own, best)) continue;
      best = own;
      at = i;
      if (is_nan(best)) break;
    }
    return at + finds().run(bytes(x + at), std::min(block, along_.n - at), bytes(&best));
  }

  void in_columns(std::int64_t outer, std::int64_t column) const {
    const T* const x = x_ + outer * along_.n * along_.inner + column;
    std::int64_t* const out = out_ + outer * along_.inner + column;
    const std::int64_t count = std::min(tile, along_.inner - column);
    T extrema[tile];
    folds().rows(bytes(x), along_.inner, along_.n, count, reinterpret_cast<std::byte*>(extrema));
    std::fill_n(out, count, 0);
    finds().rows(bytes(x), along_.inner, along_.n, count, bytes(extrema), out);
  }

  static const std::byte* bytes(const T* x) { return reinterpret_cast<const std::byte*>(x); }

  Fold extremum_;
  Along along_;
  const T* x_;
  std::int64_t* out_;
};

}  // namespace

void arg_extremum(Fold extremum, const View& x, int axis, std::int64_t* out) {
  if (x.size() == 0) return;
  const Unlocked unlocked(2 * x.size());
  visit(x.dtype,
        [&](auto tag) { Search<typename decltype(tag)::type>(extremum, x, axis, out).run(); });
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

namespace {

template <class T>
void share_rows(const BlockFold& sum, const std::byte* x, const std::byte* extrema,
                std::int64_t rows, std::int64_t n, std::byte* share) {
  const auto loop = loops().share[sizeof(T) == sizeof(double)];
  constexpr std::int64_t item = sizeof(T);
  for (std::int64_t i = 0; i < rows; ++i) {
    std::byte* const row = share + i * n * item;
    loop({x + i * n * item, 1}, {extrema + i * item, 0}, row, n);
    T count;
    sum.loops().run(row, n, 1, reinterpret_cast<std::byte*>(&count));
    if (count == T(1)) continue;
    for (std::int64_t j = 0; j < n; ++j) reinterpret_cast<T*>(row)[j] /= count;
  }
}

}  // namespace

void extremum_shares(const BlockFold& sum, const std::byte* x, const std::byte* extrema,
                     std::int64_t rows, std::int64_t n, std::byte* share) {
  if (sum.item() == sizeof(double))
    share_rows<double>(sum, x, extrema, rows, n, share);
  else
    share_rows<float>(sum, x, extrema, rows, n, share);
}

namespace {

template <class T>
std::int64_t share_some(const BlockFold& sum, const std::byte* x, const std::byte* extremum,
                        std::int64_t n, std::int64_t ties, std::byte* share) {
  loops().share[sizeof(T) == sizeof(double)]({x, 1}, {extremum, 0}, share, n);
  T count;
  sum.loops().run(share, n, 1, reinterpret_cast<std::byte*>(&count));
  if (ties != 1 && count != T(0)) {
    for (std::int64_t j = 0; j < n; ++j) reinterpret_cast<T*>(share)[j] /= static_cast<T>(ties);
  }
  return static_cast<std::int64_t>(count);
}

}  // namespace

std::int64_t shares_of_extremum(const BlockFold& sum, const std::byte* x, const std::byte* extremum,
                                std::int64_t n, std::int64_t ties, std::byte* share) {
  return sum.item() == sizeof(double) ? share_some<double>(sum, x, extremum, n, ties, share)
                                      : share_some<float>(sum, x, extremum, n, ties, share);
}

void add_extremum_share(const View& x, const View& y, const Dims& axes, Work& work) {
  work.add(y.size() * x.item());
  add_fold(x, axes, work);
  work.add(static_cast<std::int64_t>(Layout::bytes(y.ndim())));
}

}  // namespace wg::kernels
