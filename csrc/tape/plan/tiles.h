/// Elementwise work on arrays of one shape with folds along its axes, executed tile by tile.
#pragma once

#include <cstdint>
#include <vector>

#include "core/dims.h"
#include "core/memory.h"
#include "core/view.h"
#include "kernels/loops.h"
#include "kernels/reduce.h"

namespace wg {

/// Operations of which each reads what those before it made of the same elements. A tile of all
/// operands stays in the first cache, and what only these operations use is never elsewhere.
///
/// Of the axes of the arrays, joined as far as all arrays allow, a tile has some rows: part of the
/// axis `cut`, and all axes behind. Where rows are folded, a tile has what each comes to as well,
/// and operations on such numbers.
struct TileRun {
  struct Array {
    std::uint32_t view = 0;
    Dims steps;  // bytes, along the axes up to `cut`
    std::int64_t item = 8;
    bool is_of_rows = false;     // has a number for each row
    bool must_be_dense = false;  // in a tile
    bool is_one = false;         // has one element for a tile
    /// Whether its elements are copied, to lie densely in a tile: once for all tiles that read the
    /// same. What is made is copied to where it belongs.
    bool is_copied = false;
    bool is_made = false;
    std::int64_t buffer = 0;     // of a thread's memory, in bytes
    bool is_repeated = false;    // along a row
    Table<std::int64_t> places;  // of the elements of a row, if they do not lie densely
  };
  struct Operand {
    std::uint32_t number = 0;  // of an array, or of a tile
    bool is_tile = false;
    std::int64_t step = 1;  // 0: one element for all
  };
  enum class Kind : std::uint8_t {
    formula,
    select,
    spread,        // numbers of rows to all of their elements
    lines,         // a fold of each row
    share,         // who has part in the extremum of a row
    columns,       // a fold of all rows
    all,           // of all elements
    share_of_all,  // who has part in the extremum of all elements
  };
  /// Of an extremum of all elements: by how many it is shared, and how many were found.
  struct Ties {
    std::int64_t known = 1, found = 0;
  };
  struct Operation {
    Kind kind = Kind::formula;
    bool is_of_rows = false;  // on one number for each row
    std::uint8_t operand_count = 0;
    Kernel::Forward forward = nullptr;
    SelectLoop select = nullptr;
    kernels::BlockFold fold;
    std::int64_t item = 8;
    Operand operands[3];
    Operand result;           // of a fold of rows or elements: what its parts come to
    std::int64_t parts = 0;   // bytes from the beginning of the memory that threads share
    std::int64_t stream = 0;  // the same of a thread's own: elements that fill no block as yet
    std::uint32_t total = 0;  // the view of what a fold of rows or elements comes to

    bool gives_total() const { return kind == Kind::columns || kind == Kind::all; }
  };

  std::vector<Array> arrays;
  Table<Operation> operations;
  Dims shape;
  int cut = 0;
  std::int64_t inner = 1;       // elements of a row
  std::int64_t rows = 0;        // of a tile
  std::int64_t piece_rows = 0;  // that a thread takes at a time
  bool is_in_order = false;     // by one thread
  std::uint32_t tiles = 0;      // that are there at the same time
  std::int64_t tile_bytes = 0;  // of each
  std::int64_t shared_bytes = 0, thread_bytes = 0;

  /// Of a thread, for each fold of all elements.
  static constexpr std::int64_t stream_bytes = 16 + kernels::BlockFold::block_bytes;

  std::int64_t count() const;  // elements
  std::int64_t piece_count() const;
  /// What execute() needs beside its operands.
  std::int64_t work_bytes() const { return shared_bytes + most_threads() * thread_bytes; }
  void execute(const View* views, std::byte* work) const;

 private:
  class Worker;

  void go_through(const View* views, std::byte* work) const;
  bool has_other_ties(std::byte* work) const;
  void join(const View* views, std::byte* work) const;
  std::int64_t pieces_in_axis() const { return (shape[cut] + piece_rows - 1) / piece_rows; }
  std::int64_t grain() const;  // pieces
  int most_threads() const;
};

}  // namespace wg
