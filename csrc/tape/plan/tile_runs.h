/// Makes runs over tiles of the instructions of a program.
#pragma once

#include <deque>
#include <map>

#include "tape/plan/rows.h"
#include "tape/plan/tile_axes.h"
#include "tape/plan/values.h"

namespace wg {

/// Takes instructions one after the other, as long as they work on arrays of one shape, on what is
/// broadcast to that, or on what its rows have been folded to. Where rows are, the first fold
/// decides.
class TileRuns {
 public:
  TileRuns(const Program& program, Values& values, Steps& steps);

  /// False if the instruction is of another kind or of another shape. What is taken has no place
  /// before the run ends.
  bool take(std::uint32_t instruction);
  std::span<const std::uint32_t> taken() const { return instructions_; }
  /// Whether an instruction reads what the run makes.
  bool makes_operand_of(const Instruction& instruction) const;
  /// Whether an instruction is worth a run of its own.
  bool can_begin_with(const Instruction& instruction) const;
  /// Adds the run to the steps.
  void finish();
  /// Gives back what was taken, as if it had not been.
  void forget();

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// What a value of the run has.
  enum class Level : std::uint8_t {
    other,
    elements,
    rows,     // a number for each row
    pending,  // what is there when the run has ended
  };
  /// A value of rows, seen otherwise.
  struct Seen {
    Slot slot;
    Slot base;
    Ref<Layout> layout;
  };

  bool take_elementwise(const Instruction& instruction);
  bool take_fold(const Instruction& instruction, Fold fold, const Dims& axes);
  bool take_columns(const FoldedAxes& folded);
  bool take_share(const Instruction& instruction);
  bool take_view(const Instruction& instruction);
  bool has_loop(const Instruction& instruction) const;
  void count(const Instruction& instruction);

  bool is_constant(Slot slot) const;
  bool has_shape(Slot slot) const;
  bool has_shape_of_rows(Slot slot) const;
  bool reads_elements(Slot slot) const;
  bool reads_rows(Slot slot) const;
  bool set_split(int split, std::int64_t longest);
  Level level_of(Slot slot) const;
  const Seen* seen(Slot slot) const;
  Slot base_of(Slot slot) const;
  std::span<const std::int64_t> shape() const { return shape_; }

  bool is_cut_in_columns() const;
  void cut();
  void count_uses();
  void find_last_reads();
  void add_operation(std::uint32_t position);
  void add_fold(const Instruction& instruction, Fold fold, TileRun::Operation& operation);
  TileRun::Operand operand(Slot slot, DType dtype, bool is_of_rows, bool must_be_dense = false);
  TileRun::Operand array(Slot slot, DType dtype, bool is_of_rows, bool must_be_dense);
  TileRun::Operand result(Slot slot, std::uint32_t position);
  TileRun::Operand spread(Slot slot);
  TileRun::Operand new_tile(std::int64_t item);
  bool take_over(Slot slot, std::uint32_t position);
  void read(Slot slot);

  const Program& program_;
  Values& values_;
  Steps& steps_;

  // Of the run that is open.
  std::uint32_t run_ = 1;
  // By slot, like others; empty where no value of the program is large enough.
  Table<std::pair<std::uint32_t, Level>> levels_;
  Table<std::uint32_t> instructions_;
  std::deque<Seen> seen_;
  Shape shape_;
  int split_ = -1;
  bool has_rows_ = false;                // some value is a number for each row
  bool has_ties_ = false;                // elements may be gone through twice
  int columns_ = -1, columns_end_ = -1;  // the axes in front of and behind a fold of rows
  bool is_apart_ = false;                // rows are no more than what is folded
  std::int64_t block_ = 1;
  Table<std::uint32_t> reads_;  // by slot, in its run, that are still to come
  std::int64_t alive_ = 0;      // values that are read later

  // Of the run that is being finished.
  TileRun made_;
  std::vector<Dims> strides_;                                 // of its arrays
  Table<TileRun::Operand> places_;                            // by slot
  Table<std::pair<std::uint32_t, TileRun::Operand>> spread_;  // by slot: its run, and where
  Table<std::uint32_t> free_;                                 // tiles that nobody reads any more
  std::map<std::tuple<Slot, DType, bool>, std::uint32_t> array_of_;
  struct Last {
    Slot slot;
    std::uint32_t position;
    bool is_plain;  // read as the results are written, element by element
  };
  std::map<std::uint32_t, Last> last_reads_;  // by storage
  std::int64_t widest_ = 8;                   // bytes of an element
};

}  // namespace wg
