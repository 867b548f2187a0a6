#include "tape/plan/tile_axes.h"

#include <algorithm>
#include <numeric>

#include "core/layout.h"

namespace wg {
namespace {

constexpr std::int64_t half_a_cache = 16 << 10;                   // of the first, in bytes
constexpr std::int64_t shortest_tile = 512, longest_tile = 4096;  // elements of a tile
constexpr std::int64_t long_row = 512;
constexpr std::int64_t thread_piece = 32'768;  // elements that a thread takes at a time

std::int64_t in_lines(std::int64_t bytes) { return (bytes + 63) / 64 * 64; }

std::int64_t multiple(std::int64_t n, std::int64_t of) { return (n + of - 1) / of * of; }

/// Axes that step alike in all arrays are one.
void join(std::span<const std::int64_t> shape, const std::vector<Dims>& of, Dims& joined,
          std::vector<Dims>& strides) {
  strides.assign(of.size(), Dims());
  for (int axis = 0; axis < static_cast<int>(shape.size()); ++axis) {
    const std::int64_t n = shape[static_cast<std::size_t>(axis)];
    if (n == 1) continue;
    bool is_joined = !joined.empty();
    for (std::size_t k = 0; is_joined && k < of.size(); ++k)
      is_joined = strides[k].back() == of[k][axis] * n;
    if (is_joined)
      joined.back() *= n;
    else
      joined.push_back(n);
    for (std::size_t k = 0; k < of.size(); ++k) {
      if (is_joined)
        strides[k].back() = of[k][axis];
      else
        strides[k].push_back(of[k][axis]);
    }
  }
}

}  // namespace

FoldedAxes::FoldedAxes(std::span<const std::int64_t> shape, const Dims& axes) {
  const int rank = static_cast<int>(shape.size());
  struct Run {  // of axes that are all kept or all folded
    int first, count;
    bool is_folded;
  };
  Run runs[3] = {};
  int count = 0;
  for (int axis = 0; axis < rank; ++axis) {
    if (shape[static_cast<std::size_t>(axis)] == 1) continue;
    const bool is_folded = std::ranges::find(axes, axis - rank) != axes.end();
    if (count == 0 || is_folded != runs[count - 1].is_folded) {
      if (count == 3) return;
      runs[count++] = {axis, 0, is_folded};
    }
    ++runs[count - 1].count;
  }
  if (count == 0) return;
  const Run& last = runs[count - 1];
  split = last.first;
  if (count == 1) {
    which = last.is_folded ? Which::all : Which::none;
  } else if (last.is_folded) {
    which = count == 2 ? Which::last : Which::none;
  } else {
    // Rows are along one axis.
    const Run& rows = runs[count - 2];
    begin = rows.first;
    if (rows.count == 1) which = count == 2 ? Which::first : Which::middle;
  }
}

Dims without_ones(std::span<const std::int64_t> shape) {
  Dims lengths;
  for (const std::int64_t n : shape) {
    if (n != 1) lengths.push_back(n);
  }
  return lengths;
}

Dims strides_of_rows(std::span<const std::int64_t> shape, int split) {
  Dims strides = dense_strides(shape.first(static_cast<std::size_t>(split)));
  strides.resize(static_cast<int>(shape.size()), 0);
  return strides;
}

void TileCut::apply(TileRun& run, std::uint32_t copies_at_least) const {
  std::vector<Dims> joined;
  run.shape = Dims();
  join(shape, strides, run.shape, joined);
  cut_rows(run, copies_at_least);
  cut_pieces(run);
  std::int64_t bytes = in_lines(static_cast<std::int64_t>(3 * run.arrays.size() * 8));
  for (std::size_t k = 0; k < run.arrays.size(); ++k) {
    lay(run, run.arrays[k], joined[k]);
    if (!run.arrays[k].is_copied) continue;
    run.arrays[k].buffer = bytes;
    bytes += in_lines(run.rows * run.inner * run.arrays[k].item);
  }
  for (TileRun::Operation& operation : run.operations) {
    if (operation.kind == TileRun::Kind::columns) {
      operation.parts = run.shared_bytes;
      run.shared_bytes += in_lines(run.piece_count() * run.inner * operation.item);
    } else if (operation.kind == TileRun::Kind::all) {
      operation.parts = run.shared_bytes;
      const std::int64_t own = operation.fold.block();
      run.shared_bytes += in_lines((run.count() + own - 1) / own * operation.item);
      operation.stream = bytes;
      bytes += in_lines(TileRun::stream_bytes);
    } else if (operation.kind == TileRun::Kind::share_of_all) {
      operation.parts = run.shared_bytes;
      run.shared_bytes += in_lines(sizeof(TileRun::Ties));
    }
    for (TileRun::Operand& x : std::span(operation.operands, operation.operand_count)) {
      if (!x.is_tile && run.arrays[x.number].is_one) x.step = 0;
    }
  }
  run.tile_bytes = in_lines(run.rows * run.inner * widest);
  run.thread_bytes = bytes + run.tiles * run.tile_bytes;
}

void TileCut::cut_rows(TileRun& run, std::uint32_t copies_at_least) const {
  const Dims& lengths = run.shape;
  int cut = lengths.size() - 1;
  std::int64_t inner = 1;
  if (split >= 0) {
    const std::int64_t row = element_count(shape.subspan(static_cast<std::size_t>(split)));
    while (inner < row) inner *= lengths[cut--];
  } else if (lengths[cut] < long_row) {
    while (cut > 0 && inner * lengths[cut] <= long_row) inner *= lengths[cut--];
  }
  run.cut = cut;
  run.inner = inner;
  const std::int64_t unit = columns > 0 ? 8 : inner == 1 ? block : 1;
  const std::int64_t fits = std::clamp(half_a_cache / (widest * (run.tiles + copies_at_least + 1)),
                                       shortest_tile, longest_tile);
  run.rows = std::min(std::max(unit, fits / inner / unit * unit), multiple(lengths[cut], unit));
  // What is copied for a whole axis serves all of its repetitions.
  if (copies_at_least > 0 && cut > 0 && unit == 1 && lengths[cut] * inner <= 2 * fits)
    run.rows = lengths[cut];
}

/// Where rows or blocks are folded, pieces begin where these do.
void TileCut::cut_pieces(TileRun& run) const {
  const std::int64_t length = run.shape[run.cut];
  if (columns > 0) {
    run.piece_rows = kernels::rows_joined_first(length, columns);
    run.is_in_order = block > 1;
    return;
  }
  const std::int64_t whole = block / std::gcd(block, run.inner);
  run.piece_rows = multiple(std::max(run.rows, thread_piece / run.inner), run.rows);
  run.piece_rows = std::min(multiple(run.piece_rows, whole), length);
  run.is_in_order = block > 1 && run.cut > 0;
}

/// Says how an array lies in a tile.
void TileCut::lay(const TileRun& run, TileRun::Array& array, const Dims& own) const {
  const int cut = run.cut, last = run.shape.size() - 1;
  for (int axis = 0; axis <= cut; ++axis) array.steps.push_back(own[axis] * array.item);
  bool is_dense = true, is_repeated = true;
  std::int64_t dense = 1;
  for (int axis = last; axis > cut; --axis) {
    is_dense &= own[axis] == dense;
    is_repeated &= own[axis] == 0;
    dense *= run.shape[axis];
  }
  array.is_repeated = is_repeated && run.inner > 1;
  array.is_one = own[cut] == 0 && (array.is_of_rows || is_repeated) && !array.must_be_dense;
  const bool is_direct =
      array.is_of_rows ? own[cut] == 1 : is_dense && (own[cut] == dense || run.rows == 1);
  array.is_copied = !is_direct && !array.is_one;
  if (!array.is_copied || is_dense || is_repeated) return;
  array.places.assign(1, 0);
  for (int axis = last; axis > cut; --axis) {
    const std::size_t size = array.places.size();
    for (std::int64_t i = 1; i < run.shape[axis]; ++i) {
      for (std::size_t j = 0; j < size; ++j)
        array.places.push_back(array.places[j] + i * own[axis]);
    }
  }
}

}  // namespace wg
