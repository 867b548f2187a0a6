#include "kernels/complex.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>

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

/// What |z|^2 is computed in, and from where on it has lost no bits. Of single precision it is
/// exact to double's rounding, whatever z is.
template <class T> struct Square {
  static constexpr double low = std::is_same_v<T, float> ? 0 : 0x1p-960;

  static double of(std::complex<T> z) {
    const double re = z.real(), im = z.imag();
    return re * re + im * im;
  }
  static bool serves(double square) {
    return (square > low) & (square < std::numeric_limits<double>::infinity());
  }
};

template <class T> T hypot(std::complex<T> z) {
  return z == std::complex<T>() ? 0 : std::hypot(z.real(), z.imag());
}

/// The square root of |z|^2 where that serves, in blocks so that the loop vectorises; what it does
/// not serve is computed again, each element by itself. `by_root(z, |z|)` gives the result.
template <class F> void map_modulus(const View& z, const View& out, const F& by_root) {
  constexpr std::int64_t block = 256;
  const Unlocked unlocked(z.size());
  const auto of = [&]<class T>(Tag<T>) {
    using Complex = std::complex<T>;
    auto* const to = out.as<decltype(by_root(Complex(), T()))>();
    for_each_run<1>(std::span(&z, 1), z.shape(),
                    [&](const Strided* run, std::int64_t position, std::int64_t n) {
                      const auto* from = reinterpret_cast<const Complex*>(run->data);
                      const std::int64_t step = run->step;
                      Complex x[block];
                      for (std::int64_t begin = 0; begin < n; begin += block) {
                        const std::int64_t count = std::min(block, n - begin);
                        for (std::int64_t i = 0; i < count; ++i) x[i] = from[(begin + i) * step];
                        auto* const y = to + position + begin;
                        bool serves = true;
                        for (std::int64_t i = 0; i < count; ++i) {
                          const double square = Square<T>::of(x[i]);
                          y[i] = by_root(x[i], static_cast<T>(std::sqrt(square)));
                          serves &= Square<T>::serves(square);
                        }
                        if (serves) continue;
                        for (std::int64_t i = 0; i < count; ++i) {
                          if (!Square<T>::serves(Square<T>::of(x[i])))
                            y[i] = by_root(x[i], hypot(x[i]));
                        }
                      }
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
  map_modulus(z, out, [](auto, auto r) { return r; });
}
void direction(const View& z, const View& out) {
  map_modulus(z, out, []<class T>(std::complex<T> x, T r) {
    const T divisor = r == 0 ? 1 : r;
    return std::complex<T>(x.real() / divisor, x.imag() / divisor);
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
