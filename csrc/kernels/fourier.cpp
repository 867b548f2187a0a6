#include "kernels/fourier.h"

#include <algorithm>
#include <complex>

#include "core/error.h"
#include "core/fourier.h"
#include "core/host.h"
#include "core/threads.h"

namespace wg::kernels {
namespace {

using Kind = LineTransforms::Kind;
using Numbers = LineTransforms::Numbers;

void transform(Kind kind, std::int64_t axis, const char* norm, const Numbers& x, const Numbers& y) {
  if (!host().fourier) fail<EnvironmentError>("fft: the host of the library transforms nothing");
  host().fourier({kind, static_cast<int>(axis), norm, x, y});
}

Numbers numbers(const View& x) { return {x.data, x.dtype, x.shape(), x.strides()}; }

const char* opposite(std::string_view norm) {
  return norm == "backward" ? "forward" : norm == "forward" ? "backward" : "ortho";
}

/// Where element k of an axis of n finds its conjugate in the spectrum of real numbers.
std::int64_t mirrored(std::int64_t k, std::int64_t n) { return k == 0 ? 0 : n - k; }

/// The spectrum of real numbers as blocks: the axis of which half is known, behind it what is not
/// transformed, and in front of it the others.
class Halves {
 public:
  Halves(std::span<const std::int64_t> shape, const Dims& axes, std::int64_t axis) {
    const auto rank = static_cast<std::int64_t>(shape.size());
    for (std::int64_t i = 0; i < rank; ++i) {
      const std::int64_t length = shape[static_cast<std::size_t>(i)];
      if (i < rank + axis) {
        lengths_.push_back(length);
        is_mirrored_.push_back(std::ranges::count(axes, i - rank));
      } else if (i > rank + axis) {
        inner *= length;
      } else {
        n = length;
      }
    }
    outer = element_count(lengths_);
  }

  std::int64_t outer, n = 1, inner = 1;

  /// The block in front of which the indices of transformed axes are mirrored.
  std::int64_t mirror(std::int64_t block) const {
    std::int64_t found = 0, step = 1;
    for (int i = lengths_.size() - 1; i >= 0; --i) {
      const std::int64_t k = block % lengths_[i];
      found += step * (is_mirrored_[i] ? mirrored(k, lengths_[i]) : k);
      block /= lengths_[i];
      step *= lengths_[i];
    }
    return found;
  }

 private:
  Dims lengths_, is_mirrored_;
};

/// Its conjugate, in which a zero stays positive.
template <class T> std::complex<T> conjugate(std::complex<T> z) { return {z.real(), 0 - z.imag()}; }

/// Fills the other half of a spectrum; `conjugated` conjugates all of it.
template <class T> void complete(const Halves& halves, bool conjugated, std::complex<T>* y) {
  const std::int64_t half = halves.n / 2 + 1, block = halves.n * halves.inner;
  const std::int64_t grain = std::max<std::int64_t>(1, 16'384 / std::max<std::int64_t>(block, 1));
  const Unlocked unlocked(halves.outer * block / 2);
  threads::parallel_for(halves.outer, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      const std::complex<T>* const known = y + halves.mirror(o) * block;
      std::complex<T>* const line = y + o * block;
      for (std::int64_t k = half; k < halves.n; ++k) {
        const std::complex<T>* from = known + (halves.n - k) * halves.inner;
        std::complex<T>* to = line + k * halves.inner;
        for (std::int64_t i = 0; i < halves.inner; ++i)
          to[i] = conjugated ? from[i] : conjugate(from[i]);
      }
    }
  });
  if (!conjugated) return;
  threads::parallel_for(halves.outer, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t o = begin; o < end; ++o) {
      std::complex<T>* const line = y + o * block;
      for (std::int64_t i = 0; i < half * halves.inner; ++i) line[i] = conjugate(line[i]);
    }
  });
}

/// The inverse transform of real numbers is the conjugate of the other one.
void fft_of_real(const View& x, const Spectrum& spectrum, bool inverse, const View& y) {
  const char* const norm = inverse ? opposite(spectrum.norm) : spectrum.norm;
  const std::int64_t axis = *std::ranges::max_element(spectrum.axes);
  Shape half(y.shape());
  std::int64_t& length = half[half.size() + static_cast<int>(axis)];
  length = length / 2 + 1;
  const Numbers known{y.data, y.dtype, half, y.strides()};
  transform(Kind::real_forward, axis, norm, numbers(x), known);
  for (const std::int64_t other : spectrum.axes) {
    if (other != axis) transform(Kind::forward, other, norm, known, known);
  }
  const Halves halves(y.shape(), spectrum.axes, axis);
  if (y.dtype == DType::complex64)
    complete(halves, inverse, y.as<std::complex<float>>());
  else
    complete(halves, inverse, y.as<std::complex<double>>());
}

}  // namespace

void fft(const View& x, const Spectrum& spectrum, bool inverse, const View& y) {
  if (y.size() == 0) return;
  if (!is_complex(x.dtype)) return fft_of_real(x, spectrum, inverse, y);
  const Kind kind = inverse ? Kind::inverse : Kind::forward;
  bool is_first = true;
  for (int i = spectrum.axes.size() - 1; i >= 0; --i) {
    transform(kind, spectrum.axes[i], spectrum.norm, numbers(is_first ? x : y), numbers(y));
    is_first = false;
  }
}

void rfft(const View& x, const Spectrum& spectrum, const View& y) {
  if (y.size() == 0) return;
  const int last = spectrum.axes.size() - 1;
  transform(Kind::real_forward, spectrum.axes[last], spectrum.norm, numbers(x), numbers(y));
  for (int i = last - 1; i >= 0; --i) {
    transform(Kind::forward, spectrum.axes[i], spectrum.norm, numbers(y), numbers(y));
  }
}

void add_irfft(const View& x, const Dims& axes, Work& work) {
  if (axes.size() == 1) return;
  work.add(x.size() * x.item());
  work.add(static_cast<std::int64_t>(Layout::bytes(x.ndim())));
}

void irfft(const View& x, const Spectrum& spectrum, const View& y, Workspace& work) {
  if (y.size() == 0) return;
  View from = x;
  const int last = spectrum.axes.size() - 1;
  if (last > 0) {
    std::byte* const data = work.take(x.size() * x.item());
    std::byte* const layout = work.take(static_cast<std::int64_t>(Layout::bytes(x.ndim())));
    const View between{data, &Layout::dense_in(layout, x.shape()), x.dtype};
    for (int i = 0; i < last; ++i) {
      transform(Kind::inverse, spectrum.axes[i], spectrum.norm, numbers(from), numbers(between));
      from = between;
    }
  }
  transform(Kind::real_inverse, spectrum.axes[last], spectrum.norm, numbers(from), numbers(y));
}

}  // namespace wg::kernels
