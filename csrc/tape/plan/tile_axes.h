/// The axes along which a run over tiles is cut.
#pragma once

#include <vector>

#include "tape/plan/tiles.h"

namespace wg {

/// Where the axes of a shape that a fold joins begin or end; axes of length one are no matter.
struct FoldedAxes {
  enum class Which : std::uint8_t { none, last, first, middle, all };
  Which which = Which::none;
  int begin = 0;  // the first axis that is folded
  int split = 0;  // the first of the last axes, folded or kept, that is not of length one

  FoldedAxes(std::span<const std::int64_t> shape, const Dims& axes);
};

/// The lengths that are not one.
Dims without_ones(std::span<const std::int64_t> shape);

/// Dense strides of the axes in front of `split`; zero behind.
Dims strides_of_rows(std::span<const std::int64_t> shape, int split);

/// How a run is cut, written to it: `strides` are those of its arrays and, behind them, of what
/// else no axes may be joined against.
class TileCut {
 public:
  std::span<const std::int64_t> shape;
  std::vector<Dims> strides;
  int split = -1;            // where rows begin, if that is decided
  std::int64_t columns = 0;  // of what rows are folded to; 0: they are not
  std::int64_t block = 1;    // pieces begin at multiples of so many elements
  std::int64_t widest = 8;   // bytes of an element

  /// Sets the axes, the rows and the memory of a thread; arrays have their views and items.
  void apply(TileRun& run, std::uint32_t copies_at_least) const;

 private:
  void cut_rows(TileRun& run, std::uint32_t copies_at_least) const;
  void cut_pieces(TileRun& run) const;
  void lay(const TileRun& run, TileRun::Array& array, const Dims& own) const;
};

}  // namespace wg
