/// Fourier transforms by numpy.fft, for the core.
#pragma once

namespace wg {
struct LineTransforms;
}

namespace wg::bindings {

/// Takes Python's lock, which NumPy gives up during the work.
void transform_lines(const LineTransforms& lines);

}  // namespace wg::bindings
