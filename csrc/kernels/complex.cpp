#include "kernels/complex.h"

#include <cmath>
#include <complex>

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"

namespace wg::kernels {
namespace {

template <class From, class To, class F> void map_elements(const Array& x, Array& out, const F& f) {
  const From* from = x.data<From>();
  To* to = out.mutable_data<To>();
  const Unlocked unlocked(x.size());
  const StridedLoop<2> loop(x.shape(), {Dims(x.layout().strides()), dense_strides(x.shape())});
  loop.for_each_run([&](const auto& at, std::int64_t n) {
    const std::int64_t step = loop.step(0);
    for (std::int64_t i = 0; i < n; ++i) to[at[1] + i] = f(from[at[0] + i * step]);
  });
}

/// Applies `f` to the elements of a complex array; the result is real or complex as `out` says.
template <bool is_real, class F> Array map(const Array& z, const F& f) {
  const auto of = [&]<class T>(Tag<T>) {
    using To = std::conditional_t<is_real, T, std::complex<T>>;
    Array out = Array::empty(dtype_of<To>, z.shape());
    map_elements<std::complex<T>, To>(z, out, f);
    return out;
  };
  return z.dtype() == DType::complex64 ? of(Tag<float>{}) : of(Tag<double>{});
}

}  // namespace

Array real(const Array& z) {
  return map<true>(z, [](auto x) { return x.real(); });
}
Array imag(const Array& z) {
  return map<true>(z, [](auto x) { return x.imag(); });
}
Array conjugate(const Array& z) {
  return map<false>(z, [](auto x) { return decltype(x)(x.real(), -x.imag()); });
}
Array modulus(const Array& z) {
  return map<true>(z, [](auto x) { return std::hypot(x.real(), x.imag()); });
}
Array direction(const Array& z) {
  return map<false>(z, [](auto x) {
    const auto r = std::hypot(x.real(), x.imag());
    return r == 0 ? decltype(x)(0, 0) : decltype(x)(x.real() / r, x.imag() / r);
  });
}
Array angle(const Array& z) {
  return map<true>(z, [](auto x) { return std::atan2(x.imag(), x.real()); });
}

Array complex(const Array& re, const Array& im, const Ref<Layout>& shape) {
  Array out = Array::empty(complex_of(re.dtype()), shape);
  const StridedLoop<3> loop(
      out.shape(), {broadcast_strides(re.layout(), out.shape()),
                    broadcast_strides(im.layout(), out.shape()), dense_strides(out.shape())});
  const auto join = [&]<class T>(Tag<T>) {
    T* to = out.mutable_data<T>();
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        to[2 * (at[2] + i)] = re.data<T>()[at[0] + i * loop.step(0)];
        to[2 * (at[2] + i) + 1] = im.data<T>()[at[1] + i * loop.step(1)];
      }
    });
  };
  if (re.dtype() == DType::float32)
    join(Tag<float>{});
  else
    join(Tag<double>{});
  return out;
}

}  // namespace wg::kernels
