/// Room for an element of any dtype.
#pragma once

#include <cstddef>

namespace wg::bindings {

struct Number {
  alignas(16) std::byte bytes[16];
};

}  // namespace wg::bindings
