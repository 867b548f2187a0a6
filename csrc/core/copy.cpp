#include "core/copy.h"

#include "core/broadcast.h"
#include "core/strided_loop.h"

namespace wg {
namespace {

template <class Unit>
void copy_run(const std::byte* from, std::int64_t from_step, std::byte* to, std::int64_t to_step,
              std::int64_t n) {
  const auto* source = reinterpret_cast<const Unit*>(from);
  auto* target = reinterpret_cast<Unit*>(to);
  for (std::int64_t i = 0; i < n; ++i) target[i * to_step] = source[i * from_step];
}

struct Pair {
  std::uint64_t low, high;
};

}  // namespace

void copy_strided(const View& from, std::byte* to, std::span<const std::int64_t> shape,
                  const Dims& strides) {
  copy_strided(from.data, broadcast_strides(*from.layout, shape), to, strides, shape, from.item());
}

void copy_strided(const std::byte* from, const Dims& from_strides, std::byte* to,
                  const Dims& strides, std::span<const std::int64_t> shape, std::int64_t item) {
  const StridedLoop<2> loop(shape, {from_strides, strides});
  const std::int64_t from_step = loop.step(0), to_step = loop.step(1);
  loop.for_each_run([&](const auto& offsets, std::int64_t n) {
    const std::byte* a = from + offsets[0] * item;
    std::byte* b = to + offsets[1] * item;
    if (from_step == 1 && to_step == 1) {
      std::memcpy(b, a, static_cast<std::size_t>(n * item));
      return;
    }
    switch (item) {
      case 1:
        return copy_run<std::uint8_t>(a, from_step, b, to_step, n);
      case 4:
        return copy_run<std::uint32_t>(a, from_step, b, to_step, n);
      case 8:
        return copy_run<std::uint64_t>(a, from_step, b, to_step, n);
      default:
        return copy_run<Pair>(a, from_step, b, to_step, n);
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
