#include "kernels/sort.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <vector>

#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/ordering.h"

namespace wg::kernels {

void sort(const View& x, int axis, const View& out) {
  if (out.data != x.data) copy_into(x, out);
  const Along along(x.shape(), axis);
  const Unlocked unlocked(20 * x.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* data = out.as<T>();
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
}

void argsort(const View& x, int axis, const View& out) {
  const Along along(x.shape(), axis);
  const Unlocked unlocked(40 * x.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto* to = out.as<std::int64_t>();
    for_each_line(along, [&](std::int64_t first, std::int64_t step, std::int64_t n) {
      const T* line = x.as<const T>() + first;
      std::vector<std::int64_t> order(static_cast<std::size_t>(n));
      std::iota(order.begin(), order.end(), 0);
      std::ranges::stable_sort(order, [&](std::int64_t i, std::int64_t k) {
        return is_less(line[i * step], line[k * step]);
      });
      for (std::int64_t i = 0; i < n; ++i)
        to[first + i * step] = order[static_cast<std::size_t>(i)];
    });
  });
}

void searchsorted(const View& a, const View& v, bool is_right, const View& out) {
  const std::int64_t n = a.shape().back();
  const std::int64_t lines = element_count(a.shape().first(a.shape().size() - 1));
  const std::int64_t count = v.size() / std::max<std::int64_t>(lines, 1);
  const Unlocked unlocked(20 * v.size());
  visit(a.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const auto less = [](T x, T y) { return is_less(x, y); };
    auto* to = reinterpret_cast<std::int64_t*>(out.data);
    const auto* sorted = reinterpret_cast<const T*>(a.data);
    const auto* wanted = reinterpret_cast<const T*>(v.data);
    threads::parallel_for(v.size(), 4096, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T* line = sorted + i / count * n;
        const T x = wanted[i];
        to[i] = (is_right ? std::upper_bound(line, line + n, x, less)
                          : std::lower_bound(line, line + n, x, less)) -
                line;
      }
    });
  });
}

void average_ties(const View& v, const View& keys, int axis, const View& out) {
  if (out.data != v.data) copy_into(v, out);
  const Along along(v.shape(), axis);
  visit(keys.dtype, [&](auto key_tag) {
    visit(v.dtype, [&](auto tag) {
      using Key = typename decltype(key_tag)::type;
      using T = typename decltype(tag)::type;
      if constexpr (is_inexact(dtype_of<T>)) {
        T* data = out.as<T>();
        for_each_line(along, [&](std::int64_t first, std::int64_t step, std::int64_t n) {
          const Key* key = keys.as<const Key>() + first;
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
}

}  // namespace wg::kernels
