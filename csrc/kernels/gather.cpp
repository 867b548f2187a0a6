#include "kernels/gather.h"

#include <algorithm>
#include <bit>
#include <complex>
#include <numeric>

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"

namespace wg::kernels {
namespace {

struct Pair {
  std::uint64_t low, high;
};

/// Calls `f(Unit{})` with an integer as wide as an element.
template <class F> void visit_width(DType dtype, F&& f) {
  switch (item_size(dtype)) {
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

template <Store how, class T> T stored(T element, T update) {
  if constexpr (how == Store::set) {
    return update;
  } else if constexpr (std::is_same_v<T, bool>) {
    return element || update;
  } else if constexpr (std::is_integral_v<T>) {
    using Wrapping = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Wrapping>(element) + static_cast<Wrapping>(update));
  } else {
    return element + update;
  }
}

template <Store how, class T>
void store_run(T* to, std::int64_t to_step, const T* from, std::int64_t from_step, std::int64_t n) {
  if (to_step == 1 && from_step == 1) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = stored<how>(to[i], from[i]);
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      T& element = to[i * to_step];
      element = stored<how>(element, from[i * from_step]);
    }
  }
}

template <class Unit> void gather_units(const Unit* x, const Indexed& part, Unit* out) {
  const std::span<const std::int64_t> front = part.front_offsets;
  const auto block = static_cast<std::int64_t>(part.offsets.size());
  const StridedLoop<2> loop(part.behind, {part.behind_strides, dense_strides(part.behind)});
  const std::int64_t behind = element_count(part.behind), step = loop.step(0);
  const std::int64_t grain = std::max<std::int64_t>(1, 32'768 / std::max<std::int64_t>(behind, 1));
  const std::int64_t count = static_cast<std::int64_t>(front.size()) * block;
  threads::parallel_for(count, grain, [&](std::int64_t begin, std::int64_t end) {
    std::int64_t f = begin / block, b = begin % block;
    for (std::int64_t i = begin; i < end; ++i) {
      const Unit* from =
          x + front[static_cast<std::size_t>(f)] + part.offsets[static_cast<std::size_t>(b)];
      Unit* to = out + i * behind;
      loop.for_each_run([&](const auto& at, std::int64_t n) {
        for (std::int64_t k = 0; k < n; ++k) to[at[1] + k] = from[at[0] + k * step];
      });
      if (++b == block) b = 0, ++f;
    }
  });
}

/// Single elements: no axes are kept behind the block.
template <class Unit> void gather_elements(const Unit* x, const Indexed& part, Unit* out) {
  const std::int64_t* offsets = part.offsets.data();
  const auto block = static_cast<std::int64_t>(part.offsets.size());
  for (const std::int64_t front : part.front_offsets) {
    const Unit* from = x + front;
    threads::parallel_for(block, 65'536, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) out[i] = from[offsets[i]];
    });
    out += block;
  }
}

}  // namespace

Shape Indexed::shape() const {
  Shape all(front);
  for (const std::int64_t n : block) all.push_back(n);
  for (const std::int64_t n : behind) all.push_back(n);
  return all;
}

namespace {

/// The axes of a layout that no index array stands for, in front of the block and behind it.
Indexed kept_axes(const Layout& layout, const Dims& axes, std::int64_t behind,
                  Dims& front_strides) {
  Indexed part;
  const int rank = layout.ndim();
  const int in_front = rank - axes.size() - static_cast<int>(behind);
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) != axes.end()) continue;
    const bool is_front = part.front.size() < in_front;
    (is_front ? part.front : part.behind).push_back(layout.shape()[static_cast<std::size_t>(i)]);
    (is_front ? front_strides : part.behind_strides)
        .push_back(layout.strides()[static_cast<std::size_t>(i)]);
  }
  return part;
}

std::span<std::int64_t> take_offsets(const Shape& shape, Workspace& work) {
  const std::int64_t n = element_count(shape);
  return {work.take_for<std::int64_t>(n), static_cast<std::size_t>(n)};
}

/// Adds what one index array names, along an axis of this length and stride; the first one is
/// stored. False if some index lies outside: the last of these.
bool add_offsets(const View& index, bool is_first, std::int64_t length, std::int64_t stride,
                 const Shape& block, std::int64_t* offsets, std::int64_t& outside) {
  const StridedLoop<2> loop(block, {broadcast_strides(*index.layout, block), dense_strides(block)});
  const std::int64_t step = loop.step(0);
  bool is_inside = true;
  loop.for_each_run([&](const auto& at, std::int64_t n) {
    const auto* from = index.as<const std::int64_t>() + at[0];
    std::int64_t* to = offsets + at[1];
    bool is_outside = false;
    const auto place = [&](std::int64_t i) {
      const std::int64_t value = from[i * step];
      const std::int64_t from_start = value + (value < 0 ? length : 0);
      is_outside |= static_cast<std::uint64_t>(from_start) >= static_cast<std::uint64_t>(length);
      return from_start * stride;
    };
    if (is_first) {
      for (std::int64_t i = 0; i < n; ++i) to[i] = place(i);
    } else {
      for (std::int64_t i = 0; i < n; ++i) to[i] += place(i);
    }
    if (!is_outside) return;
    is_inside = false;
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t value = from[i * step];
      if (value < -length || value >= length) outside = value;
    }
  });
  return is_inside;
}

/// Whether an index array is the offsets that it names: of neighbours, counted from the first.
bool is_offsets(const View& index, std::int64_t length, std::int64_t stride) {
  if (stride != 1 || !index.is_dense()) return false;
  const auto* const from = index.as<const std::uint64_t>();
  const auto last = static_cast<std::uint64_t>(length) - 1;
  std::uint64_t signs = 0;  // of each place, and of what is left behind it
  for (std::int64_t i = 0; i < index.size(); ++i) signs |= from[i] | (last - from[i]);
  return signs >> 63 == 0;
}

}  // namespace

Indexed indexed(const Layout& layout, std::span<const View> indices, const Dims& axes,
                std::int64_t behind, BadIndex& bad, Workspace& work) {
  Dims front_strides;
  Indexed part = kept_axes(layout, axes, behind, front_strides);
  for (const View& index : indices)
    part.block = broadcast_shapes("index", part.block, index.shape());
  part.front_offsets = take_offsets(part.front, work);
  const StridedLoop<2> front(part.front, {front_strides, dense_strides(part.front)});
  front.for_each_run([&](const auto& at, std::int64_t n) {
    std::int64_t* to = part.front_offsets.data() + at[1];
    for (std::int64_t i = 0; i < n; ++i) to[i] = at[0] + i * front.step(0);
  });
  const std::span<std::int64_t> offsets = take_offsets(part.block, work);
  part.offsets = offsets;
  if (axes.empty()) std::ranges::fill(offsets, 0);
  for (int k = 0; k < axes.size(); ++k) {
    const auto axis = static_cast<std::size_t>(axes[k] + layout.ndim());
    const View& index = indices[static_cast<std::size_t>(k)];
    const std::int64_t length = layout.shape()[axis], stride = layout.strides()[axis];
    if (axes.size() == 1 && is_offsets(index, length, stride)) {
      part.offsets = {index.as<const std::int64_t>(), offsets.size()};
      return part;
    }
    std::int64_t value = 0;
    if (!add_offsets(index, k == 0, length, stride, part.block, offsets.data(), value))
      bad = {k, value};
  }
  return part;
}

void add_indexed(const Layout& layout, std::span<const View> indices, const Dims& axes,
                 std::int64_t behind, Work& work) {
  Dims strides;
  const Indexed part = kept_axes(layout, axes, behind, strides);
  Shape block;
  for (const View& index : indices) block = broadcast_shapes("index", block, index.shape());
  constexpr auto item = static_cast<std::int64_t>(sizeof(std::int64_t));
  work.add(element_count(part.front) * item);
  work.add(element_count(block) * item);
}

void gather(const View& x, const Indexed& part, const View& out) {
  if (out.size() == 0) return;
  const Unlocked unlocked(2 * out.size());
  visit_width(x.dtype, [&](auto unit) {
    using Unit = decltype(unit);
    if (element_count(part.behind) == 1)
      gather_elements(x.as<const Unit>(), part, out.as<Unit>());
    else
      gather_units(x.as<const Unit>(), part, out.as<Unit>());
  });
}

namespace {

/// The update and the part walked together: axes in front, the block, axes behind.
template <Store how, class T> class PartStore {
 public:
  PartStore(const Indexed& part, const Dims& strides)
      : part_(part),
        outer_(part.front, {piece(strides, 0, before()), dense_strides(part.front)}),
        middle_(part.block, {piece(strides, before(), inside()), dense_strides(part.block)}),
        inner_(part.behind, {piece(strides, inside(), strides.size()), part.behind_strides}),
        is_element_(element_count(part.behind) == 1) {}

  void run(T* to, const T* from) const {
    outer_.for_each_run([&](const auto& at, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        store_block(to + part_.front_offsets[static_cast<std::size_t>(at[1] + i)],
                    from + at[0] + i * outer_.step(0));
      }
    });
  }

 private:
  int before() const { return part_.front.size(); }
  int inside() const { return before() + part_.block.size(); }
  static Dims piece(const Dims& strides, int begin, int end) {
    return Dims(std::span(strides.begin() + begin, strides.begin() + end));
  }

  void store_block(T* to, const T* from) const {
    middle_.for_each_run([&](const auto& at, std::int64_t n) {
      const std::int64_t* offsets = part_.offsets.data() + at[1];
      for (std::int64_t i = 0; i < n; ++i) {
        T* element = to + offsets[i];
        const T* update = from + at[0] + i * middle_.step(0);
        if (is_element_)
          *element = stored<how>(*element, *update);
        else
          store_behind(element, update);
      }
    });
  }

  void store_behind(T* to, const T* from) const {
    inner_.for_each_run([&](const auto& at, std::int64_t n) {
      store_run<how>(to + at[1], inner_.step(1), from + at[0], inner_.step(0), n);
    });
  }

  const Indexed& part_;
  StridedLoop<2> outer_, middle_, inner_;
  bool is_element_;
};

}  // namespace

void store_at(Store how, const View& base, const Indexed& part, const View& update) {
  const Shape shape = part.shape();
  const std::int64_t n = element_count(shape);
  if (n == 0) return;
  const Dims strides = broadcast_strides(*update.layout, shape);
  const Unlocked unlocked(2 * n);
  visit(base.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* to = base.as<T>();
    if (how == Store::add)
      PartStore<Store::add, T>(part, strides).run(to, update.as<const T>());
    else
      PartStore<Store::set, T>(part, strides).run(to, update.as<const T>());
  });
}

void store_strided(Store how, std::byte* to, std::span<const std::int64_t> shape,
                   const Dims& strides, const View& update) {
  const StridedLoop<2> loop(shape, {strides, broadcast_strides(*update.layout, shape)});
  visit(update.dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      T* target = reinterpret_cast<T*>(to) + at[0];
      const T* source = update.as<const T>() + at[1];
      if (how == Store::add)
        store_run<Store::add>(target, loop.step(0), source, loop.step(1), n);
      else
        store_run<Store::set>(target, loop.step(0), source, loop.step(1), n);
    });
  });
}

namespace {

/// A slot for each place, or where there are many, a table of twice as many as are looked at.
std::int64_t slots_for(std::int64_t count, const Dims& lengths) {
  const auto table =
      static_cast<std::int64_t>(std::bit_ceil(2 * static_cast<std::uint64_t>(count)));
  return std::min(table, element_count(lengths));
}

/// Places that were seen. In a table each stands in the first free slot behind its own (Knuth, vol.
/// 3, sec. 6.4).
class SeenPlaces {
 public:
  SeenPlaces(std::int64_t* slots, std::int64_t count, const Dims& lengths)
      : slots_(slots),
        last_(slots_for(count, lengths) - 1),
        is_table_(last_ + 1 < element_count(lengths)) {
    std::fill_n(slots, last_ + 1, 0);
  }

  /// False if it was seen before.
  bool add(std::int64_t place) {
    std::int64_t slot = place;
    if (is_table_)
      slot = static_cast<std::int64_t>((static_cast<std::uint64_t>(place) * 0x9e3779b97f4a7c15u) >>
                                       32) &
             last_;
    while (slots_[slot] != 0) {
      if (slots_[slot] == place + 1) return false;
      slot = (slot + 1) & last_;
    }
    slots_[slot] = place + 1;
    return true;
  }

 private:
  std::int64_t* slots_;
  std::int64_t last_;
  bool is_table_;
};

}  // namespace

BadIndex last_at(std::span<const View> indices, const Dims& lengths, const View& out,
                 Workspace& work) {
  BadIndex bad;
  const std::int64_t count = out.size();
  auto* const places = work.take_for<std::int64_t>(count);
  auto* const slots = work.take_for<std::int64_t>(slots_for(count, lengths));
  if (count == 0) return bad;
  const Unlocked unlocked(4 * count);
  const Dims strides = dense_strides(lengths);
  if (lengths.empty()) std::fill_n(places, count, 0);
  for (int k = 0; k < lengths.size(); ++k) {
    std::int64_t value = 0;
    if (!add_offsets(indices[static_cast<std::size_t>(k)], k == 0, lengths[k], strides[k],
                     Shape(out.shape()), places, value)) {
      bad = {k, value};
    }
  }
  if (bad.operand >= 0) return bad;
  SeenPlaces seen(slots, count, lengths);
  for (std::int64_t i = count - 1; i >= 0; --i) out.as<bool>()[i] = seen.add(places[i]);
  return bad;
}

void add_last_at(std::int64_t count, const Dims& lengths, Work& work) {
  constexpr auto item = static_cast<std::int64_t>(sizeof(std::int64_t));
  work.add(count * item);
  work.add(slots_for(count, lengths) * item);
}

}  // namespace wg::kernels
