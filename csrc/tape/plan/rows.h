/// Which row of the kernels' table evaluates an instruction without further ado.
#pragma once

#include "graph/program.h"
#include "kernels/table.h"

namespace wg {

struct Row {
  const Kernel* kernel = nullptr;  // null: there is none
  DType dtype = DType::float64;    // of all operands, Python numbers converted
};

/// `is_constant` says which operands are numbers that are known.
Row row_of(const Program& program, const Instruction& instruction,
           std::span<const bool> is_constant);

/// Whether all elements of such an array are one in memory.
bool is_one_element(const Layout& layout);

}  // namespace wg
