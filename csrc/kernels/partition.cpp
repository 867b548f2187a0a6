#include "kernels/partition.h"

#include <algorithm>

#include "core/host.h"
#include "kernels/ordering.h"

namespace wg::kernels {
namespace {

/// An element with its position, which tells equal ones apart: so the outcome is one order alone.
template <class T> struct Placed {
  T value;
  std::int64_t position;
};

template <class T> bool stands_before(const Placed<T>& a, const Placed<T>& b) {
  return is_less(a.value, b.value) || (!is_less(b.value, a.value) && a.position < b.position);
}

/// Puts the elements at ascending places, the middle one first: n log(count) steps.
template <class T>
void select(std::span<Placed<T>> line, std::int64_t offset, std::span<const std::int64_t> places) {
  if (places.empty()) return;
  const std::size_t middle = places.size() / 2;
  const auto place = static_cast<std::size_t>(places[middle] - offset);
  std::nth_element(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(place), line.end(),
                   stands_before<T>);
  select(line.first(place), offset, places.first(middle));
  select(line.subspan(place + 1), places[middle] + 1, places.subspan(middle + 1));
}

/// Between two places, moves what is equal to the element at either beside it.
template <class T>
void join_equals(std::span<Placed<T>> line, std::span<const std::int64_t> places) {
  auto begin = line.begin();
  for (std::size_t i = 0; i <= places.size(); ++i) {
    const auto end = i < places.size() ? line.begin() + places[i] : line.end();
    if (i > 0) {
      const T left = line[static_cast<std::size_t>(places[i - 1])].value;
      begin =
          std::partition(begin, end, [&](const Placed<T>& x) { return !is_less(left, x.value); });
    }
    if (i < places.size()) {
      const T right = end->value;
      std::partition(begin, end, [&](const Placed<T>& x) { return is_less(x.value, right); });
      begin = end + 1;
    }
  }
}

Dims ascending(const Dims& places, std::int64_t n) {
  Dims result = places;
  for (std::int64_t& place : result) place += place < 0 ? n : 0;
  std::ranges::sort(result);
  const auto repeated = std::ranges::unique(result);
  return std::span<const std::int64_t>(result.begin(), repeated.begin());
}

/// Calls `put(place, element)` for the elements of every line, once they are partitioned.
template <class Put>
void partition_lines(const View& x, int axis, const Dims& places, Workspace& workspace,
                     const Put& put) {
  const Lines lines(x, axis);
  const Dims wanted = ascending(places, lines.along.n);
  const Unlocked unlocked(10 * x.size());
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    auto* const memory = workspace.take_for<Placed<T>>(lines.at_once() * lines.along.n);
    lines.for_each(memory, 1,
                   [&](std::int64_t first, std::int64_t step, std::int64_t n, Placed<T>* room) {
                     const std::span line(room, static_cast<std::size_t>(n));
                     const T* from = x.as<const T>() + first;
                     for (std::int64_t i = 0; i < n; ++i) room[i] = {from[i * step], i};
                     select(line, 0, wanted);
                     join_equals(line, wanted);
                     for (std::int64_t i = 0; i < n; ++i) put(first + i * step, room[i]);
                   });
  });
}

}  // namespace

void add_partition(const View& x, int axis, Work& work) {
  const Lines lines(x, axis);
  visit(x.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    work.add(lines.at_once() * lines.along.n * static_cast<std::int64_t>(sizeof(Placed<T>)));
  });
}

void partition(const View& x, int axis, const Dims& places, const View& out, Workspace& work) {
  partition_lines(x, axis, places, work,
                  [&]<class T>(std::int64_t place, const Placed<T>& element) {
                    out.as<T>()[place] = element.value;
                  });
}

void argpartition(const View& x, int axis, const Dims& places, const View& out, Workspace& work) {
  partition_lines(x, axis, places, work, [&](std::int64_t place, const auto& element) {
    out.as<std::int64_t>()[place] = element.position;
  });
}

}  // namespace wg::kernels
