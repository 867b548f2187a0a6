#include "kernels/complex.h"

#include <cmath>
#include <complex>

#include "core/broadcast.h"
#include "core/host.h"
#include "core/strided_loop.h"

namespace wg::kernels {
namespace {

/// Applies `f` to the elements of a complex array; the result is real or complex as `f` says.
template <class F> void map(const View& z, const View& out, const F& f) {
  const Unlocked unlocked(z.size());
  const StridedLoop<2> loop(z.shape(), {Dims(z.strides()), dense_strides(z.shape())});
  const auto of = [&]<class T>(Tag<T>) {
    const auto* from = z.as<const std::complex<T>>();
    auto* to = out.as<decltype(f(std::complex<T>()))>();
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      const std::int64_t step = loop.step(0);
      for (std::int64_t i = 0; i < n; ++i) to[at[1] + i] = f(from[at[0] + i * step]);
    });
  };
  if (z.dtype == DType::complex64)
    of(Tag<float>{});
  else
    of(Tag<double>{});
}

}  // namespace

void real(const View& z, const View& out) {
  map(z, out, [](auto x) { return x.real(); });
}
void imag(const View& z, const View& out) {
  map(z, out, [](auto x) { return x.imag(); });
}
void conjugate(const View& z, const View& out) {
  map(z, out, [](auto x) { return decltype(x)(x.real(), -x.imag()); });
}
void modulus(const View& z, const View& out) {
  map(z, out, [](auto x) { return std::hypot(x.real(), x.imag()); });
}
void direction(const View& z, const View& out) {
  map(z, out, [](auto x) {
    const auto r = std::hypot(x.real(), x.imag());
    return r == 0 ? decltype(x)(0, 0) : decltype(x)(x.real() / r, x.imag() / r);
  });
}
void angle(const View& z, const View& out) {
  map(z, out, [](auto x) { return std::atan2(x.imag(), x.real()); });
}

void complex(const View& re, const View& im, const View& out) {
  const StridedLoop<3> loop(
      out.shape(), {broadcast_strides(*re.layout, out.shape()),
                    broadcast_strides(*im.layout, out.shape()), dense_strides(out.shape())});
  const auto join = [&]<class T>(Tag<T>) {
    T* to = out.as<T>();
    loop.for_each_run([&](const auto& at, std::int64_t n) {
      for (std::int64_t i = 0; i < n; ++i) {
        to[2 * (at[2] + i)] = re.as<const T>()[at[0] + i * loop.step(0)];
        to[2 * (at[2] + i) + 1] = im.as<const T>()[at[1] + i * loop.step(1)];
      }
    });
  };
  if (re.dtype == DType::float32)
    join(Tag<float>{});
  else
    join(Tag<double>{});
}

}  // namespace wg::kernels
