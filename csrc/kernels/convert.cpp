#include "kernels/convert.h"

#include <limits>

#include "core/host.h"
#include "core/strided_loop.h"

namespace wg {
namespace {

template <class To, class From> To converted(From x) {
  constexpr bool from_complex = is_complex(dtype_of<From>), to_complex = is_complex(dtype_of<To>);
  if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (from_complex && to_complex) {
    using Part = typename To::value_type;
    return {static_cast<Part>(x.real()), static_cast<Part>(x.imag())};
  } else if constexpr (from_complex) {
    return converted<To>(x.real());
  } else if constexpr (to_complex) {
    return To(static_cast<typename To::value_type>(x), 0);
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    // What does not fit becomes the least integer, as the hardware's conversion and NumPy have it.
    constexpr auto least = std::numeric_limits<To>::min();
    const auto bound = -static_cast<From>(least);
    return x >= -bound && x < bound ? static_cast<To>(x) : least;
  } else {
    return static_cast<To>(x);
  }
}

template <class To, class From>
void convert_run(const From* from, std::int64_t step, To* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = converted<To>(from[i * step]);
}

}  // namespace

Array convert(const Array& array, DType dtype) {
  if (array.dtype() == dtype) return array.with_weak(false);
  if (array.is_abstract()) return Array::abstract(dtype, array.layout_reference());
  Array out = array.is_dense() && array.has_block() ? Array::empty(dtype, array.layout_reference())
                                                    : Array::empty(dtype, array.shape());
  visit(array.dtype(), [&](auto from_tag) {
    visit(dtype, [&](auto to_tag) {
      using From = typename decltype(from_tag)::type;
      using To = typename decltype(to_tag)::type;
      const From* from = array.data<From>();
      To* to = out.mutable_data<To>();
      if (array.is_dense()) {
        const Unlocked unlocked(array.size());
        return convert_run(from, 1, to, array.size());
      }
      const StridedLoop<2> loop(array.shape(),
                                {Dims(array.layout().strides()), dense_strides(array.shape())});
      loop.for_each_run([&](const auto& offsets, std::int64_t n) {
        convert_run(from + offsets[0], loop.step(0), to + offsets[1], n);
      });
    });
  });
  return out;
}

}  // namespace wg
