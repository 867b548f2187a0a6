#include "core/copy.h"

#include <algorithm>

#include "core/blocks.h"
#include "core/broadcast.h"

namespace wg {
namespace {

constexpr std::int64_t long_copy = 32;  // elements behind one another, which are copied as bytes

struct Pair {
  std::uint64_t low, high;
};

/// Calls `f(Unit{})` with something as wide as an element.
template <class F> void visit_width(std::int64_t item, const F& f) {
  switch (item) {
    case 1:
      return f(std::uint8_t{});
    case 4:
      return f(std::uint32_t{});
    case 8:
      return f(std::uint64_t{});
    default:
      return f(Pair{});
  }
}

template <class Unit>
void copy_run(const Unit* from, std::int64_t from_step, Unit* to, std::int64_t to_step,
              std::int64_t n) {
  if (from_step == 1 && to_step == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(n) * sizeof(Unit));
  } else if (from_step == 0 && to_step == 1) {
    std::fill_n(to, n, *from);
  } else {
    for (std::int64_t i = 0; i < n; ++i) to[i * to_step] = from[i * from_step];
  }
}

/// Blocks of short axes, which lie dense on one side at most.
template <class Unit> void copy_blocks(const Blocks<2>& blocks, const Unit* from, Unit* to) {
  std::int64_t sources[block_elements], targets[block_elements];
  blocks.write_offsets(0, sources);
  blocks.write_offsets(1, targets);
  const bool is_dense = blocks.is_dense(1);
  blocks.for_each(0, blocks.count(), [&](const auto& at, std::int64_t, std::int64_t n) {
    const Unit* source = from + at[0];
    Unit* target = to + at[1];
    if (is_dense) return pick(sizeof(Unit), source, sources, n, target);
    for (std::int64_t i = 0; i < n; ++i) target[targets[i]] = source[sources[i]];
  });
}

}  // namespace

void pick(std::int64_t item, const void* from, const std::int64_t* offsets, std::int64_t n,
          void* to) {
  visit_width(item, [&](auto unit) {
    using Unit = decltype(unit);
    const auto* source = static_cast<const Unit*>(from);
    auto* target = static_cast<Unit*>(to);
    for (std::int64_t i = 0; i < n; ++i) target[i] = source[offsets[i]];
  });
}

void spread(std::int64_t item, const void* from, const std::int64_t* offsets, std::int64_t repeats,
            std::int64_t n, void* to) {
  visit_width(item, [&](auto unit) {
    using Unit = decltype(unit);
    const auto* source = static_cast<const Unit*>(from);
    auto* target = static_cast<Unit*>(to);
    for (std::int64_t i = 0; i < n; i += repeats) {
      const Unit value = source[offsets[i]];
      const std::int64_t end = std::min(i + repeats, n);
      for (std::int64_t j = i; j < end; ++j) target[j] = value;
    }
  });
}

namespace {

/// `known` repeats, if that is not 0: short runs of stores without a loop.
template <class Unit, int known>
void repeat_units(const std::byte* from, std::int64_t step, std::int64_t n, std::int64_t repeats,
                  Unit* to) {
  if constexpr (known > 0) repeats = known;
  for (std::int64_t i = 0; i < n; ++i, from += step, to += repeats) {
    const Unit value = *reinterpret_cast<const Unit*>(from);
    for (std::int64_t j = 0; j < repeats; ++j) to[j] = value;
  }
}

}  // namespace

void repeat(std::int64_t item, const std::byte* from, std::int64_t step, std::int64_t n,
            std::int64_t repeats, std::byte* to) {
  visit_width(item, [&](auto unit) {
    using Unit = decltype(unit);
    auto* const target = reinterpret_cast<Unit*>(to);
    switch (repeats) {
      case 1:
        return repeat_units<Unit, 1>(from, step, n, repeats, target);
      case 2:
        return repeat_units<Unit, 2>(from, step, n, repeats, target);
      case 3:
        return repeat_units<Unit, 3>(from, step, n, repeats, target);
      case 4:
        return repeat_units<Unit, 4>(from, step, n, repeats, target);
      default:
        return repeat_units<Unit, 0>(from, step, n, repeats, target);
    }
  });
}

void copy_strided(const View& from, std::byte* to, std::span<const std::int64_t> shape,
                  const Dims& strides) {
  copy_strided(from.data, broadcast_strides(*from.layout, shape), to, strides, shape, from.item());
}

void copy_strided(const std::byte* from, const Dims& from_strides, std::byte* to,
                  const Dims& strides, std::span<const std::int64_t> shape, std::int64_t item) {
  JoinedAxes<2> axes(shape, {from_strides, strides});
  if (axes.is_empty) return;
  if (axes.shape.size() == 1) {
    return visit_width(item, [&](auto unit) {
      using Unit = decltype(unit);
      copy_run(reinterpret_cast<const Unit*>(from), axes.strides[0][0], reinterpret_cast<Unit*>(to),
               axes.strides[1][0], axes.shape[0]);
    });
  }
  const bool is_in_runs = axes.strides[0].back() == 1 && axes.strides[1].back() == 1;
  const Blocks<2> blocks(std::move(axes), is_in_runs ? long_copy : long_run);
  visit_width(item, [&](auto unit) {
    using Unit = decltype(unit);
    const auto* source = reinterpret_cast<const Unit*>(from);
    auto* target = reinterpret_cast<Unit*>(to);
    if (!blocks.is_run()) return copy_blocks(blocks, source, target);
    blocks.for_each(0, blocks.count(), [&](const auto& at, std::int64_t, std::int64_t n) {
      copy_run(source + at[0], blocks.step(0), target + at[1], blocks.step(1), n);
    });
  });
}

void interleave(std::span<const View> columns, std::byte* to) {
  constexpr std::int64_t at_once =
      64;  // rows: they stay in the first cache until all columns are there
  const auto width = static_cast<std::int64_t>(columns.size());
  const std::int64_t rows = columns[0].size();
  visit_width(columns[0].item(), [&](auto unit) {
    using Unit = decltype(unit);
    auto* target = reinterpret_cast<Unit*>(to);
    for (std::int64_t begin = 0; begin < rows; begin += at_once, target += at_once * width) {
      const std::int64_t n = std::min(at_once, rows - begin);
      for (std::int64_t k = 0; k < width; ++k) {
        const View& column = columns[static_cast<std::size_t>(k)];
        const std::int64_t step = column.strides()[0];
        copy_run(reinterpret_cast<const Unit*>(column.data) + begin * step, step, target + k, width,
                 n);
      }
    }
  });
}

void copy_into(const View& from, const View& to) {
  if (from.is_dense() && to.is_dense() && from.size() == to.size()) {
    if (to.size() > 0)
      std::memcpy(to.data, from.data, static_cast<std::size_t>(to.size() * to.item()));
    return;
  }
  copy_strided(from, to.data, to.shape(), broadcast_strides(*to.layout, to.shape()));
}

Array copy_of(const Array& array) {
  if (array.is_scalar() || array.is_abstract()) return array;
  Array copy = array.is_dense() ? Array::empty(array.dtype(), array.layout_reference())
                                : Array::empty(array.dtype(), array.shape());
  copy_into(view_of(array), view_of(copy));
  return copy.with_weak(array.is_weak());
}

}  // namespace wg
