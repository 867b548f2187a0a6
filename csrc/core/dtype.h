/// Element types, and NumPy's table of promotions between them.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace wg {

enum class DType : std::uint8_t {
  boolean,
  int32,
  int64,
  float32,
  float64,
  complex64,
  complex128,
};

inline constexpr int dtype_count = 7;

constexpr int index(DType dtype) { return static_cast<int>(dtype); }
inline constexpr std::size_t item_sizes[dtype_count] = {1, 4, 8, 4, 8, 8, 16};
constexpr std::size_t item_size(DType dtype) { return item_sizes[index(dtype)]; }
/// Copies one element; its size is known in each case, so that none is a call.
inline void copy_element(DType dtype, const std::byte* from, std::byte* to) {
  switch (item_size(dtype)) {
    case 8:
      std::memcpy(to, from, 8);
      break;
    case 16:
      std::memcpy(to, from, 16);
      break;
    case 4:
      std::memcpy(to, from, 4);
      break;
    default:
      *to = *from;
  }
}
constexpr bool is_complex(DType dtype) { return dtype >= DType::complex64; }
constexpr bool is_floating(DType dtype) {
  return dtype == DType::float32 || dtype == DType::float64;
}
constexpr bool is_inexact(DType dtype) { return dtype >= DType::float32; }
constexpr bool is_integral(DType dtype) { return dtype == DType::int32 || dtype == DType::int64; }

/// NumPy's name of the dtype.
std::string_view name(DType dtype);

/// numpy.promote_types.
DType promote(DType a, DType b);

/// The promotion of a strong dtype with a Python scalar of `weak` dtype (NEP 50).
DType promote_weak(DType strong, DType weak);

/// The dtype that inexact functions compute in: integers and booleans as float64.
constexpr DType inexact(DType dtype) { return is_inexact(dtype) ? dtype : DType::float64; }

/// The dtype of the real and imaginary parts.
constexpr DType real_part(DType dtype) {
  return dtype == DType::complex64    ? DType::float32
         : dtype == DType::complex128 ? DType::float64
                                      : dtype;
}

/// The complex dtype of the same precision.
constexpr DType complex_of(DType dtype) {
  return dtype == DType::float32 || dtype == DType::complex64 ? DType::complex64
                                                              : DType::complex128;
}

template <class T> struct DTypeOf;
template <> struct DTypeOf<bool> : std::integral_constant<DType, DType::boolean> {};
template <> struct DTypeOf<std::int32_t> : std::integral_constant<DType, DType::int32> {};
template <> struct DTypeOf<std::int64_t> : std::integral_constant<DType, DType::int64> {};
template <> struct DTypeOf<float> : std::integral_constant<DType, DType::float32> {};
template <> struct DTypeOf<double> : std::integral_constant<DType, DType::float64> {};
template <>
struct DTypeOf<std::complex<float>> : std::integral_constant<DType, DType::complex64> {};
template <>
struct DTypeOf<std::complex<double>> : std::integral_constant<DType, DType::complex128> {};

template <class T> inline constexpr DType dtype_of = DTypeOf<T>::value;

template <class T> struct Tag {
  using type = T;
};

/// Calls `f(Tag<T>{})` with the C++ type of `dtype`.
template <class F> decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::boolean:
      return f(Tag<bool>{});
    case DType::int32:
      return f(Tag<std::int32_t>{});
    case DType::int64:
      return f(Tag<std::int64_t>{});
    case DType::float32:
      return f(Tag<float>{});
    case DType::float64:
      return f(Tag<double>{});
    case DType::complex64:
      return f(Tag<std::complex<float>>{});
    case DType::complex128:
      return f(Tag<std::complex<double>>{});
  }
  __builtin_unreachable();
}

}  // namespace wg
