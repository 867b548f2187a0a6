/// Elementwise work on arrays of one shape, executed tile by tile.
#pragma once

#include <cstdint>

#include "core/memory.h"
#include "core/view.h"
#include "kernels/loops.h"

namespace wg {

/// Operations of which each reads what those before it made of the same elements. A tile of all
/// operands stays in the first cache, and what only these operations use is never elsewhere.
struct TileRun {
  struct Operand {
    std::uint32_t index = 0;  // of a tile, or of a view
    bool is_tile = false;
    std::uint8_t step = 1;  // 0: one element for all
    std::uint8_t item = 8;  // bytes
  };
  struct Operation {
    Kernel::Forward forward = nullptr;
    SelectLoop select = nullptr;  // in the place of that
    std::uint8_t operand_count = 0;
    Operand operands[3];
    Operand result;
  };

  Table<Operation> operations;
  std::int64_t count = 0;       // elements
  std::int64_t length = 0;      // elements of a tile
  std::uint32_t tiles = 0;      // that are there at the same time
  std::int64_t tile_bytes = 0;  // of each
  bool has_sum = false;         // of all elements of `addend`
  Operand addend;
  std::uint32_t sum = 0;  // its view

  /// What execute() needs beside its operands.
  std::int64_t work_bytes() const;
  void execute(const View* views, std::byte* work) const;

 private:
  int most_threads() const;
  void execute_tile(const View* views, std::byte* tiles, double* sums, std::int64_t begin,
                    std::int64_t n) const;
};

}  // namespace wg
