/// Discrete Fourier transforms over several axes, line by line in the memory of the result.
#pragma once

#include "core/view.h"
#include "core/work.h"

namespace wg::kernels {

/// Axes are negative. `norm` is NumPy's: "backward", "ortho" or "forward".
struct Spectrum {
  const Dims& axes;
  const char* norm;
};

/// Of complex numbers, or of real ones of the same precision, whose spectrum is half known.
void fft(const View& x, const Spectrum& spectrum, bool inverse, const View& y);
/// Of real numbers: the half of the spectrum along the last of the axes.
void rfft(const View& x, const Spectrum& spectrum, const View& y);
/// The inverse of that; `work` has room for `x` if there are several axes.
void irfft(const View& x, const Spectrum& spectrum, const View& y, Workspace& work);
void add_irfft(const View& x, const Dims& axes, Work& work);

}  // namespace wg::kernels
