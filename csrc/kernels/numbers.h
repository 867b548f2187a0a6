/// Arithmetic of real and complex numbers as the loops of linear algebra use it.
#pragma once

#include <cmath>
#include <complex>
#include <type_traits>

namespace wg::kernels {

template <class T> struct RealOf {
  using type = T;
};
template <class T> struct RealOf<std::complex<T>> {
  using type = T;
};
template <class T> using Real = typename RealOf<T>::type;
template <class T> inline constexpr bool is_complex_number = !std::is_same_v<T, Real<T>>;

/// The product by its parts: std::complex looks for infinities behind every NaN.
template <class T> T times(T a, T b) {
  if constexpr (is_complex_number<T>) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
  } else {
    return a * b;
  }
}

template <class T> T conjugated(T a) {
  if constexpr (is_complex_number<T>)
    return std::conj(a);
  else
    return a;
}

template <class T> Real<T> squared_modulus(T a) {
  if constexpr (is_complex_number<T>)
    return a.real() * a.real() + a.imag() * a.imag();
  else
    return a * a;
}

/// What LAPACK chooses pivots by.
template <class T> Real<T> magnitude(T a) {
  if constexpr (is_complex_number<T>)
    return std::abs(a.real()) + std::abs(a.imag());
  else
    return std::abs(a);
}

template <class T> Real<T> real_value(T a) {
  if constexpr (is_complex_number<T>)
    return a.real();
  else
    return a;
}

}  // namespace wg::kernels
