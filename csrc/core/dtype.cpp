#include "core/dtype.h"

#include <algorithm>

namespace wg {

std::string_view name(DType dtype) {
  constexpr std::string_view names[] = {"bool",    "int32",     "int64",     "float32",
                                        "float64", "complex64", "complex128"};
  return names[index(dtype)];
}

DType promote(DType a, DType b) {
  if (a == b) return a;
  const auto [low, high] = std::minmax(a, b);
  if (low == DType::boolean) return high;
  // float32 and complex64 hold no 32-bit integer exactly, nor complex64 a float64.
  if (high == DType::float32) return DType::float64;
  if (high == DType::complex64 && low != DType::float32) return DType::complex128;
  return high;
}

DType promote_weak(DType strong, DType weak) {
  switch (weak) {
    case DType::boolean:
      return strong;
    case DType::int32:
    case DType::int64:
      return strong == DType::boolean ? DType::int64 : strong;
    case DType::float32:
    case DType::float64:
      return inexact(strong);
    case DType::complex64:
    case DType::complex128:
      return complex_of(inexact(strong));
  }
  __builtin_unreachable();
}

}  // namespace wg
