/// Elementwise functions of complex numbers that are not holomorphic; `out` is dense.
#pragma once

#include "core/view.h"

namespace wg::kernels {

void real(const View& z, const View& out);
void imag(const View& z, const View& out);
void conjugate(const View& z, const View& out);
/// |z|, without overflow; at most 1.5 ulp.
void modulus(const View& z, const View& out);
/// z / |z|; 0 at 0.
void direction(const View& z, const View& out);
void angle(const View& z, const View& out);
/// re + i im, of one real dtype, broadcast.
void complex(const View& re, const View& im, const View& out);

}  // namespace wg::kernels
