#include "kernels/convert.h"

#include <limits>

#include "core/copy.h"
#include "core/host.h"
#include "kernels/runs.h"

namespace wg {
namespace {

template <class To, class From> To element(From x) {
  constexpr bool from_complex = is_complex(dtype_of<From>), to_complex = is_complex(dtype_of<To>);
  if constexpr (std::is_same_v<To, bool>) {
    return x != From(0);
  } else if constexpr (from_complex && to_complex) {
    using Part = typename To::value_type;
    return {static_cast<Part>(x.real()), static_cast<Part>(x.imag())};
  } else if constexpr (from_complex) {
    return element<To>(x.real());
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
void convert_elements(const From* from, std::int64_t step, To* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) to[i] = element<To>(from[i * step]);
}

}  // namespace

void convert_run(DType from_dtype, const std::byte* from, std::int64_t step, DType to_dtype,
                 std::byte* to, std::int64_t n) {
  visit(from_dtype, [&](auto from_tag) {
    visit(to_dtype, [&](auto to_tag) {
      using From = typename decltype(from_tag)::type;
      using To = typename decltype(to_tag)::type;
      convert_elements(reinterpret_cast<const From*>(from), step, reinterpret_cast<To*>(to), n);
    });
  });
}

void convert_into(const View& from, const View& to) {
  if (from.dtype == to.dtype) return copy_into(from, to);
  const Unlocked unlocked(from.size());
  const std::int64_t item = to.item();
  for_each_run<1>(std::span(&from, 1), from.shape(),
                  [&](const Strided* run, std::int64_t position, std::int64_t n) {
                    convert_run(from.dtype, run->data, run->step, to.dtype,
                                to.data + position * item, n);
                  });
}

Array convert(const Array& array, DType dtype) {
  if (array.dtype() == dtype) return array.with_weak(false);
  Array out = array.is_dense() && array.has_block() ? Array::empty(dtype, array.layout_reference())
                                                    : Array::empty(dtype, array.shape());
  convert_into(view_of(array), view_of(out));
  return out;
}

View converted(const View& x, DType dtype, Workspace& work) {
  View out{nullptr, x.layout, dtype};
  if (!x.is_dense()) {
    const auto bytes = static_cast<std::int64_t>(Layout::bytes(x.ndim()));
    out.layout = &Layout::dense_in(work.take(bytes), x.shape());
  }
  out.data = work.take(x.size() * out.item());
  convert_into(x, out);
  return out;
}

void add_converted(const View& x, DType dtype, Work& work) {
  if (!x.is_dense()) work.add(static_cast<std::int64_t>(Layout::bytes(x.ndim())));
  work.add(x.size() * static_cast<std::int64_t>(item_size(dtype)));
}

}  // namespace wg
