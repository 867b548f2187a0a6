#include "kernels/sort.h"

#include <algorithm>
#include <complex>
#include <numeric>
#include <vector>

#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/convert.h"
#include "kernels/reduce.h"

namespace wg::kernels {
namespace {

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

}  // namespace

Array sort(const Array& x, int axis) {
  Array out = copy_of(x);
  const Along along(x.shape(), axis);
  const Unlocked unlocked(20 * x.size());
  visit(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* data = out.mutable_data<T>();
    const auto less = [](T a, T b) { return is_less(a, b); };
    for_each_line(along, [&](std::int64_t first, std::int64_t step, std::int64_t n) {
      T* line = data + first;
      if (step == 1) {
        std::sort(line, line + n, less);
        return;
      }
      const auto buffer = std::make_unique<T[]>(static_cast<std::size_t>(n));
      for (std::int64_t i = 0; i < n; ++i) buffer[static_cast<std::size_t>(i)] = line[i * step];
      std::sort(buffer.get(), buffer.get() + n, less);
      for (std::int64_t i = 0; i < n; ++i) line[i * step] = buffer[static_cast<std::size_t>(i)];
    });
  });
  return out;
}

Array argsort(const Array& x, int axis) {
  const Array from = dense(x);
  Array out = Array::empty(DType::int64, x.shape());
  const Along along(x.shape(), axis);
  const Unlocked unlocked(40 * x.size());
  visit(x.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto* to = out.mutable_data<std::int64_t>();
    for_each_line(along, [&](std::int64_t first, std::int64_t step, std::int64_t n) {
      const T* line = from.data<T>() + first;
      std::vector<std::int64_t> order(static_cast<std::size_t>(n));
      std::iota(order.begin(), order.end(), 0);
      std::ranges::stable_sort(order, [&](std::int64_t i, std::int64_t k) {
        return is_less(line[i * step], line[k * step]);
      });
      for (std::int64_t i = 0; i < n; ++i)
        to[first + i * step] = order[static_cast<std::size_t>(i)];
    });
  });
  return out;
}

Array searchsorted(const Array& a, const Array& v, bool is_right) {
  const Array sorted = dense(a), wanted = dense(v);
  Array out = Array::empty(DType::int64, v.shape());
  const std::int64_t n = a.shape().back();
  const std::int64_t lines = element_count(a.shape().first(a.shape().size() - 1));
  const std::int64_t count = v.size() / std::max<std::int64_t>(lines, 1);
  const Unlocked unlocked(20 * v.size());
  visit(a.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const auto less = [](T x, T y) { return is_less(x, y); };
    auto* to = out.mutable_data<std::int64_t>();
    threads::parallel_for(v.size(), 4096, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T* line = sorted.data<T>() + i / count * n;
        const T x = wanted.data<T>()[i];
        to[i] = (is_right ? std::upper_bound(line, line + n, x, less)
                          : std::lower_bound(line, line + n, x, less)) -
                line;
      }
    });
  });
  return out;
}

Array average_ties(const Array& v, const Array& keys, int axis) {
  Array out = copy_of(v);
  const Array sorted = dense(keys);
  const Along along(v.shape(), axis);
  visit(sorted.dtype(), [&](auto key_tag) {
    visit(v.dtype(), [&](auto tag) {
      using Key = typename decltype(key_tag)::type;
      using T = typename decltype(tag)::type;
      if constexpr (is_inexact(dtype_of<T>)) {
        T* data = out.mutable_data<T>();
        for_each_line(along, [&](std::int64_t first, std::int64_t step, std::int64_t n) {
          const Key* key = sorted.data<Key>() + first;
          T* line = data + first;
          for (std::int64_t i = 0, end = 1; i < n; i = end++) {
            while (end < n && key[end * step] == key[i * step]) ++end;
            if (end == i + 1) continue;
            T total = line[i * step];
            for (std::int64_t k = i + 1; k < end; ++k) total += line[k * step];
            const T mean = total / static_cast<T>(static_cast<double>(end - i));
            for (std::int64_t k = i; k < end; ++k) line[k * step] = mean;
          }
        });
      }
    });
  });
  return out;
}

}  // namespace wg::kernels
