#include "kernels/sort.h"

#include <algorithm>
#include <numeric>

#include "core/copy.h"
#include "core/host.h"
#include "core/threads.h"
#include "kernels/ordering.h"
#include "kernels/radix.h"

namespace wg::kernels {
namespace {

/// Stable: short runs are sorted in place, and merged from one line to the other.
template <class Less>
void merge_sort(std::int64_t* line, std::int64_t* other, std::int64_t n, const Less& less) {
  constexpr std::int64_t run = 16;
  for (std::int64_t begin = 0; begin < n; begin += run) {
    std::int64_t* const first = line + begin;
    for (std::int64_t i = 1; i < std::min(run, n - begin); ++i) {
      const std::int64_t own = first[i];
      std::int64_t k = i;
      for (; k > 0 && less(own, first[k - 1]); --k) first[k] = first[k - 1];
      first[k] = own;
    }
  }
  std::int64_t *from = line, *to = other;
  for (std::int64_t width = run; width < n; width *= 2) {
    for (std::int64_t begin = 0; begin < n; begin += 2 * width) {
      std::int64_t* const first = from + begin;
      std::int64_t* const middle = from + std::min(begin + width, n);
      std::int64_t* const last = from + std::min(begin + 2 * width, n);
      if (middle == last || !less(*middle, *(middle - 1))) {
        std::copy(first, last, to + begin);
      } else {
        std::merge(first, middle, middle, last, to + begin, less);
      }
    }
    std::swap(from, to);
  }
  if (from != line) std::copy_n(from, n, line);
}

/// Whether the lines of some dtype go by digits.
bool go_by_digits(DType dtype, const Lines& lines) {
  bool result = false;
  visit(dtype,
        [&](auto tag) { result = goes_by_digits<typename decltype(tag)::type>(lines.along.n); });
  return result;
}

// In elements: two lines of keys, or one that lies together.
int lines_to_sort(const View& x, const Lines& lines) {
  return go_by_digits(x.dtype, lines) ? 2 : lines.lie_apart() ? 1 : 0;
}
// In positions: another line of them, one that lies together, and two of keys.
int lines_to_argsort(const View& x, const Lines& lines) {
  return (lines.lie_apart() ? 2 : 1) + (go_by_digits(x.dtype, lines) ? 2 : 0);
}

template <class T> void sort_keys(T* line, std::int64_t step, std::int64_t n, Key<T>* keys) {
  for (std::int64_t i = 0; i < n; ++i) keys[i] = key_of(line[i * step]);
  const Key<T>* sorted = sort_by_digits<Key<T>>({keys, nullptr}, {keys + n, nullptr}, n).keys;
  for (std::int64_t i = 0; i < n; ++i) line[i * step] = number_of<T>(sorted[i]);
}

/// A sum with zero is 0 for -0, which is its equal.
template <class T>
void argsort_keys(const T* line, std::int64_t step, std::int64_t n, std::int64_t* order,
                  std::int64_t* other, Key<T>* keys) {
  for (std::int64_t i = 0; i < n; ++i) keys[i] = key_of(static_cast<T>(line[i * step] + T(0)));
  const auto sorted = sort_by_digits<Key<T>>({keys, order}, {keys + n, other}, n);
  if (sorted.places != order) std::copy_n(sorted.places, n, order);
}

}  // namespace

void add_sort(const View& x, int axis, Work& work) {
  const Lines lines(x, axis);
  const int room = lines_to_sort(x, lines);
  if (room > 0) work.add(room * lines.at_once() * lines.along.n * x.item());
}

void sort(const View& x, int axis, const View& out, Workspace& workspace) {
  if (out.data != x.data) copy_into(x, out);
  const Lines lines(x, axis);
  const int room = lines_to_sort(x, lines);
  const Unlocked unlocked(20 * x.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* data = out.as<T>();
    const auto less = [](T a, T b) { return is_less(a, b); };
    if (room == 0) {
      return lines.for_each([&](std::int64_t first, std::int64_t, std::int64_t n) {
        std::sort(data + first, data + first + n, less);
      });
    }
    std::byte* const memory = workspace.take(room * lines.at_once() * lines.along.n * x.item());
    if constexpr (has_key<T>) {
      if (goes_by_digits<T>(lines.along.n)) {
        return lines.for_each(reinterpret_cast<Key<T>*>(memory), room,
                              [&](std::int64_t first, std::int64_t step, std::int64_t n,
                                  Key<T>* keys) { sort_keys(data + first, step, n, keys); });
      }
    }
    lines.for_each(reinterpret_cast<T*>(memory), room,
                   [&](std::int64_t first, std::int64_t step, std::int64_t n, T* packed) {
                     T* line = data + first;
                     for (std::int64_t i = 0; i < n; ++i) packed[i] = line[i * step];
                     std::sort(packed, packed + n, less);
                     for (std::int64_t i = 0; i < n; ++i) line[i * step] = packed[i];
                   });
  });
}

void add_argsort(const View& x, int axis, Work& work) {
  const Lines lines(x, axis);
  work.add(lines_to_argsort(x, lines) * lines.at_once() * lines.along.n *
           static_cast<std::int64_t>(sizeof(std::int64_t)));
}

void argsort(const View& x, int axis, const View& out, Workspace& workspace) {
  const Lines lines(x, axis);
  const Unlocked unlocked(40 * x.size());
  const int room = lines_to_argsort(x, lines);
  auto* const memory = workspace.take_for<std::int64_t>(room * lines.at_once() * lines.along.n);
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto* to = out.as<std::int64_t>();
    lines.for_each(memory, room,
                   [&](std::int64_t first, std::int64_t step, std::int64_t n, std::int64_t* other) {
                     const T* line = x.as<const T>() + first;
                     std::int64_t* const order = step == 1 ? to + first : other + n;
                     std::iota(order, order + n, 0);
                     const auto by_comparisons = [&] {
                       merge_sort(order, other, n, [&](std::int64_t i, std::int64_t k) {
                         return is_less(line[i * step], line[k * step]);
                       });
                     };
                     if constexpr (!has_key<T>) {
                       by_comparisons();
                     } else if (goes_by_digits<T>(n)) {
                       auto* const keys =
                           reinterpret_cast<Key<T>*>(other + (step == 1 ? n : 2 * n));
                       argsort_keys(line, step, n, order, other, keys);
                     } else {
                       by_comparisons();
                     }
                     for (std::int64_t i = 0; step != 1 && i < n; ++i)
                       to[first + i * step] = order[i];
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
  const Lines lines(v, axis);
  visit(keys.dtype, [&](auto key_tag) {
    visit(v.dtype, [&](auto tag) {
      using Key = typename decltype(key_tag)::type;
      using T = typename decltype(tag)::type;
      if constexpr (is_inexact(dtype_of<T>)) {
        T* data = out.as<T>();
        lines.for_each([&](std::int64_t first, std::int64_t step, std::int64_t n) {
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
