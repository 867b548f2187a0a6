/// The instruction-set levels that this build has kernels for, the lowest first.
#pragma once

#include <span>
#include <string_view>

#include "kernels/table.h"

namespace wg {

struct Level {
  std::string_view name;
  void (*fill)(Kernel (*rows)[dtype_count]);  // the elementwise table
};

std::span<const Level> levels();

}  // namespace wg
