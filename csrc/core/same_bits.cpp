#include "core/same_bits.h"

#include <algorithm>
#include <cstring>

#include "core/copy.h"

namespace wg {

bool are_same_bits(const Array& one, const Array& other) {
  if (one.dtype() != other.dtype() || !std::ranges::equal(one.shape(), other.shape())) {
    return false;
  }
  const Array a = dense(one), b = dense(other);
  const std::size_t bytes = static_cast<std::size_t>(a.size()) * item_size(a.dtype());
  return bytes == 0 || std::memcmp(a.data(), b.data(), bytes) == 0;
}

}  // namespace wg
