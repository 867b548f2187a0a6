#include "tape/simplify/constants.h"

#include <cstring>

namespace wg::simplify {
namespace {

constexpr std::int64_t few_elements = 512;  // that are looked at one by one

bool is_signalling(DType dtype, const std::byte* element) {
  if (dtype == DType::float64) {
    std::uint64_t bits;
    std::memcpy(&bits, element, sizeof bits);
    return (bits & ~(std::uint64_t{1} << 63)) > 0x7ff0'0000'0000'0000u && !(bits >> 51 & 1);
  }
  std::uint32_t bits;
  std::memcpy(&bits, element, sizeof bits);
  return (bits & ~(1u << 31)) > 0x7f80'0000u && !(bits >> 22 & 1);
}

Uniform uniform_of_element(DType dtype, const std::byte* element) {
  return visit(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T number;
    std::memcpy(&number, element, sizeof number);
    if constexpr (is_complex(dtype_of<T>)) {
      const T zero(0);
      if (std::memcmp(&number, &zero, sizeof number) == 0) return Uniform::plus_zero;
      return number == zero ? Uniform::minus_zero : number == T(1) ? Uniform::one : Uniform::other;
    } else {
      if (number == T(1)) return Uniform::one;
      if (number != T(0)) return Uniform::other;
      const T zero(0);
      return std::memcmp(&number, &zero, sizeof number) == 0 ? Uniform::plus_zero
                                                             : Uniform::minus_zero;
    }
  });
}

/// Whether all elements are in one place, as those of a number that was broadcast.
bool is_repeated(const Array& value) {
  const auto shape = value.shape(), strides = value.layout().strides();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] != 1 && strides[i] != 0) return false;
  }
  return true;
}

/// Elements of a constant that are looked at; none of what is large, or its owner may write to.
std::int64_t looked_at(const Array& value) {
  if (value.is_abstract() || value.is_borrowed() || value.size() == 0) return 0;
  if (value.is_scalar() || is_repeated(value)) return 1;
  return value.is_dense() && value.size() <= few_elements ? value.size() : 0;
}

}  // namespace

Uniform uniform_of(const Array& value) {
  const std::int64_t count = looked_at(value);
  if (count == 0) return Uniform::none;
  const std::size_t item = item_size(value.dtype());
  for (std::int64_t i = 1; i < count; ++i) {
    const std::byte* element = value.data() + static_cast<std::size_t>(i) * item;
    if (std::memcmp(element, value.data(), item) != 0) return Uniform::none;
  }
  return uniform_of_element(value.dtype(), value.data());
}

Facts facts_of(const Array& value) {
  const std::int64_t count = looked_at(value);
  Facts facts{.is_dense = value.is_dense(), .is_quiet = true, .has_minus_zero = false};
  if (is_floating(value.dtype())) {
    facts.is_quiet = count > 0;
    facts.has_minus_zero = count == 0;
    const std::size_t item = item_size(value.dtype());
    for (std::int64_t i = 0; i < count; ++i) {
      const std::byte* element = value.data() + static_cast<std::size_t>(i) * item;
      facts.is_quiet &= !is_signalling(value.dtype(), element);
      facts.has_minus_zero |= uniform_of_element(value.dtype(), element) == Uniform::minus_zero;
    }
  } else if (is_complex(value.dtype())) {
    facts.is_quiet = false;
    facts.has_minus_zero = true;
  }
  return facts;
}

}  // namespace wg::simplify
