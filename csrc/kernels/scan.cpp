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

/// The product that joins factors of derivatives.
template <class T> T chained(T a, T b) { return a == T{} || b == T{} ? T{} : product(a, b); }

template <class Join>
void scan(const View& x, int axis, bool reverse, const View& out, const Join& join) {
  const Along along(x.shape(), axis);
  const Unlocked unlocked(x.size());
  visit(x.dtype, [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    if constexpr (!std::is_same_v<T, bool>) {
      const T* a = x.as<const T>();
      T* y = out.as<T>();
      for_each_row(
          along, reverse, [&](std::int64_t i, std::int64_t n) { std::copy_n(a + i, n, y + i); },
          [&](std::int64_t i, std::int64_t before, std::int64_t n) {
            for (std::int64_t k = 0; k < n; ++k) y[i + k] = join(y[before + k], a[i + k]);
          });
    }
  });
}

}  // namespace

void cumsum(const View& x, int axis, bool reverse, const View& out) {
  scan(x, axis, reverse, out, [](auto total, auto next) { return total + next; });
}

void cumprod(const View& x, int axis, bool reverse, const View& out) {
  scan(x, axis, reverse, out, [](auto total, auto next) { return product(total, next); });
}

void recurrence(const View& a, const View& b, int axis, bool reverse, const View& out) {
  const Along along(a.shape(), axis);
  const Unlocked unlocked(2 * a.size());
  visit(a.dtype, [&](auto tag) {
    using T = Wrapping<typename decltype(tag)::type>;
    if constexpr (!std::is_same_v<T, bool>) {
      const T* p = a.as<const T>();
      const T* q = b.as<const T>();
      T* y = out.as<T>();
      for_each_row(
          along, reverse, [&](std::int64_t i, std::int64_t n) { std::copy_n(q + i, n, y + i); },
          [&](std::int64_t i, std::int64_t before, std::int64_t n) {
            for (std::int64_t k = 0; k < n; ++k)
              y[i + k] = q[i + k] + chained(p[i + k], y[before + k]);
          });
    }
  });
}

namespace {

/// Tells at which places of an axis, in ascending order, a scan begins anew.
class Starts {
 public:
  explicit Starts(const Dims& places) : next_(places.begin()), end_(places.end()) {}
  bool operator()(std::int64_t i) {
    const bool is_named = next_ != end_ && *next_ == i;
    next_ += is_named;
    return i == 0 || is_named;
  }

 private:
  const std::int64_t *next_, *end_;
};

/// One block of rows: each is the formula of the row before and its own operand.
void accumulate_rows(const Kernel& kernel, const std::byte* from, const Along& along,
                     std::int64_t item, const Dims& starts, std::byte* to) {
  const std::int64_t row = along.inner * item;
  Starts is_start(starts);
  for (std::int64_t i = 0; i < along.n; ++i, from += row, to += row) {
    if (is_start(i)) {
      if (from != to) std::copy_n(from, row, to);
    } else if (along.inner == 1) {
      const std::byte* pair[] = {to - row, from};
      kernel.scalar(pair, to);
    } else {
      const Strided pair[] = {{to - row, 1}, {from, 1}};
      kernel.forward(pair, to, along.inner);
    }
  }
}

constexpr std::int64_t most_lines = 64;

/// Lines of n elements, one behind the other, side by side: `count` of them, at most most_lines.
void accumulate_lines(const Kernel& kernel, const std::byte* from, std::int64_t n,
                      std::int64_t count, std::int64_t item, const Dims& starts, std::byte* to) {
  alignas(64) std::byte last[most_lines * 16];
  const Dims lines{count}, apart{n}, together{1};
  Starts is_start(starts);
  for (std::int64_t i = 0; i < n; ++i, from += item, to += item) {
    if (is_start(i)) {
      copy_strided(from, apart, last, together, lines, item);
    } else {
      const Strided pair[] = {{last, 1}, {from, n}};
      kernel.forward(pair, last, count);
    }
    copy_strided(last, together, to, apart, lines, item);
  }
}

}  // namespace

void accumulate(const Kernel& kernel, const View& x, int axis, const Dims& starts,
                const View& out) {
  const Along along(x.shape(), axis);
  const Unlocked unlocked(x.size());
  const std::int64_t item = x.item(), block = along.n * along.inner;
  const std::int64_t grain = std::max<std::int64_t>(1, 32'768 / std::max<std::int64_t>(block, 1));
  threads::parallel_for(along.outer, grain, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t o = begin;
    for (constexpr std::int64_t few = 8; along.inner == 1 && end - o >= few;) {
      const std::int64_t count = std::min(end - o, most_lines), at = o * block * item;
      accumulate_lines(kernel, x.data + at, along.n, count, item, starts, out.data + at);
      o += count;
    }
    for (; o < end; ++o) {
      const std::int64_t at = o * block * item;
      accumulate_rows(kernel, x.data + at, along, item, starts, out.data + at);
    }
  });
}

}  // namespace wg::kernels
