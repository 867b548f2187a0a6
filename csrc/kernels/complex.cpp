#include "kernels/complex.h"

#include <cmath>
#include <complex>

#include "core/host.h"
#include "kernels/runs.h"

namespace wg::kernels {
namespace {

/// Applies `f` to the elements of a complex array; the result is real or complex as `f` says.
template <class F> void map(const View& z, const View& out, const F& f) {
  const Unlocked unlocked(z.size());
  const auto of = [&]<class T>(Tag<T>) {
    using Complex = std::complex<T>;
    auto* const to = out.as<decltype(f(Complex()))>();
    for_each_run<1>(std::span(&z, 1), z.shape(),
                    [&](const Strided* run, std::int64_t position, std::int64_t n) {
                      const auto* from = reinterpret_cast<const Complex*>(run->data);
                      for (std::int64_t i = 0; i < n; ++i)
                        to[position + i] = f(from[i * run->step]);
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
  const View parts[] = {re, im};
  const auto join = [&]<class T>(Tag<T>) {
    for_each_run<2>(parts, out.shape(),
                    [&](const Strided* run, std::int64_t position, std::int64_t n) {
                      const auto* x = reinterpret_cast<const T*>(run[0].data);
                      const auto* y = reinterpret_cast<const T*>(run[1].data);
                      T* const to = out.as<T>() + 2 * position;
                      for (std::int64_t i = 0; i < n; ++i) {
                        to[2 * i] = x[i * run[0].step];
                        to[2 * i + 1] = y[i * run[1].step];
                      }
                    });
  };
  if (re.dtype == DType::float32)
    join(Tag<float>{});
  else
    join(Tag<double>{});
}

}  // namespace wg::kernels
