/// Elementwise functions of complex numbers that are not holomorphic: results are dense.
#pragma once

#include "core/array.h"

namespace wg::kernels {

Array real(const Array& z);
Array imag(const Array& z);
Array conjugate(const Array& z);
/// |z| by hypot, without overflow.
Array modulus(const Array& z);
/// z / |z|; 0 at 0.
Array direction(const Array& z);
Array angle(const Array& z);
/// re + i im, of one real dtype, broadcast to `shape`.
Array complex(const Array& re, const Array& im, const Ref<Layout>& shape);

}  // namespace wg::kernels
