#include "kernels/gather.h"

#include <complex>
#include <numeric>

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"
#include "core/threads.h"
#include "kernels/convert.h"

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

template <class T> T sum_of(T a, T b) {
  if constexpr (std::is_same_v<T, bool>) {
    return a || b;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) +
                          static_cast<std::make_unsigned_t<T>>(b));
  } else {
    return a + b;
  }
}

template <class T>
void add_run(T* to, std::int64_t to_step, const T* from, std::int64_t from_step, std::int64_t n) {
  if (to_step == 1 && from_step == 1) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = sum_of(to[i], from[i]);
  } else {
    for (std::int64_t i = 0; i < n; ++i) {
      to[i * to_step] = sum_of(to[i * to_step], from[i * from_step]);
    }
  }
}

/// The offsets of every element of the axes in front, in C order.
std::vector<std::int64_t> front_offsets(const Indexed& part) {
  std::vector<std::int64_t> offsets;
  offsets.reserve(static_cast<std::size_t>(element_count(part.front)));
  const StridedLoop<1> loop(part.front, {part.front_strides});
  loop.for_each_run([&](const auto& at, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) offsets.push_back(at[0] + i * loop.step(0));
  });
  return offsets;
}

template <class Unit> void gather_units(const Unit* x, const Indexed& part, Unit* out) {
  const std::vector<std::int64_t> front = front_offsets(part);
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
  for (const std::int64_t front : front_offsets(part)) {
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

Indexed indexed(const Layout& layout, std::span<const Array> indices, const Dims& axes,
                std::int64_t behind, BadIndex& bad) {
  Indexed part;
  const int rank = layout.ndim();
  const int in_front = rank - axes.size() - static_cast<int>(behind);
  for (int i = 0; i < rank; ++i) {
    if (std::ranges::find(axes, i - rank) != axes.end()) continue;
    const bool is_front = part.front.size() < in_front;
    (is_front ? part.front : part.behind).push_back(layout.shape()[static_cast<std::size_t>(i)]);
    (is_front ? part.front_strides : part.behind_strides)
        .push_back(layout.strides()[static_cast<std::size_t>(i)]);
  }
  for (const Array& index : indices)
    part.block = broadcast_shapes("index", part.block, index.shape());
  part.offsets.assign(static_cast<std::size_t>(element_count(part.block)), 0);
  for (int k = 0; k < axes.size(); ++k) {
    const auto axis = static_cast<std::size_t>(axes[k] + rank);
    const std::int64_t length = layout.shape()[axis], stride = layout.strides()[axis];
    const Array index = convert(indices[static_cast<std::size_t>(k)], DType::int64);
    const StridedLoop<2> loop(
        part.block, {broadcast_strides(index.layout(), part.block), dense_strides(part.block)});
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      const auto* from = index.data<std::int64_t>() + at[0];
      std::int64_t* to = part.offsets.data() + at[1];
      for (std::int64_t i = 0; i < n; ++i) {
        const std::int64_t value = from[i * loop.step(0)];
        const std::int64_t from_start = value < 0 ? value + length : value;
        if (from_start < 0 || from_start >= length) bad = {k, value};
        to[i] += from_start * stride;
      }
    });
  }
  return part;
}

Array gather(const Array& x, const Indexed& part) {
  Array out = Array::empty(x.dtype(), part.shape());
  if (out.size() == 0) return out;
  const Unlocked unlocked(2 * out.size());
  visit_width(x.dtype(), [&](auto unit) {
    using Unit = decltype(unit);
    if (element_count(part.behind) == 1)
      gather_elements(x.data<Unit>(), part, out.mutable_data<Unit>());
    else
      gather_units(x.data<Unit>(), part, out.mutable_data<Unit>());
  });
  return out;
}

void add_at(Array& base, const Indexed& part, const Array& update) {
  const Shape shape = part.shape();
  const Dims strides = broadcast_strides(update.layout(), shape);
  const int before = part.front.size(), inside = before + part.block.size();
  const auto strides_of = [&](int begin, int end) {
    return Dims(std::span(strides.begin() + begin, strides.begin() + end));
  };
  const std::vector<std::int64_t> front = front_offsets(part);
  const StridedLoop<2> outer(part.front, {strides_of(0, before), dense_strides(part.front)});
  const StridedLoop<2> middle(part.block, {strides_of(before, inside), dense_strides(part.block)});
  const StridedLoop<2> inner(part.behind,
                             {strides_of(inside, strides.size()), part.behind_strides});
  if (element_count(shape) == 0) return;
  const Unlocked unlocked(2 * element_count(shape));
  visit(base.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* to = base.mutable_data<T>();
    const T* from = update.data<T>();
    const auto add_behind = [&](T* target, const T* source) {
      inner.for_each_run([&](const auto& at, std::int64_t n) {
        add_run(target + at[1], inner.step(1), source + at[0], inner.step(0), n);
      });
    };
    const bool is_element = element_count(part.behind) == 1;
    const auto add_block = [&](T* target, const T* source) {
      middle.for_each_run([&](const auto& at, std::int64_t n) {
        const std::int64_t* offsets = part.offsets.data() + at[1];
        const T* run = source + at[0];
        for (std::int64_t i = 0; i < n; ++i) {
          T* element = target + offsets[i];
          if (is_element)
            *element = sum_of(*element, run[i * middle.step(0)]);
          else
            add_behind(element, run + i * middle.step(0));
        }
      });
    };
    outer.for_each_run([&](const auto& at, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        add_block(to + front[static_cast<std::size_t>(at[1] + i)],
                  from + at[0] + i * outer.step(0));
      }
    });
  });
}

void add_strided(DType dtype, std::byte* to, std::span<const std::int64_t> shape,
                 const Dims& strides, const Array& update) {
  const StridedLoop<2> loop(shape, {strides, broadcast_strides(update.layout(), shape)});
  visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      add_run(reinterpret_cast<T*>(to) + at[0], loop.step(0), update.data<T>() + at[1],
              loop.step(1), n);
    });
  });
}

}  // namespace wg::kernels
