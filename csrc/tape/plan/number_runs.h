/// Makes runs of the instructions of a program that work on single numbers.
#pragma once

#include <map>
#include <unordered_map>

#include "tape/plan/number_order.h"
#include "tape/plan/rows.h"
#include "tape/plan/values.h"

namespace wg {

/// Takes instructions one after the other. An array of which elements are made and read one by one
/// is seen as its elements meanwhile, and stored when the run ends.
class NumberRuns {
 public:
  NumberRuns(const Program& program, Values& values, Steps& steps);

  /// False if the instruction is of another kind, or cannot be in one run with those before.
  bool take(const Instruction& instruction);
  bool is_empty() const { return slots_.empty() && touched_.empty(); }
  /// Adds the run to the steps.
  void finish();
  /// A cell of the arena that has the bits of an element for good.
  std::uint32_t constant(DType dtype, const std::byte* element);

 private:
  /// What is to be stored in an array, at the end.
  struct Touched {
    std::uint32_t storage;
    std::uint32_t cell;
  };
  struct Outside {
    DType dtype;
    std::uint32_t index;
  };

  bool take_formula(const Instruction& instruction);
  bool take_view(const Instruction& instruction);
  bool take_where(const Instruction& instruction);
  bool take_stack(const Instruction& instruction);
  bool take_update(const Instruction& instruction);

  /// Not of the run.
  static constexpr Source no_number{Source::Kind::constant, UINT32_MAX};
  bool is_of_run(Slot slot) const { return numbers_[slot].index != no_number.index; }
  bool is_number(Slot slot) const;
  bool is_known(Slot slot) const;
  /// What a slot or an element of an array is.
  Source number_of(Slot slot);
  Source number_as(Slot slot, DType dtype);
  Source element(Slot slot, std::int64_t offset, DType dtype);
  void use(Slot slot);
  void name(Slot slot, Source number);
  Source apply(std::uint8_t kind, std::initializer_list<Source> operands);
  std::uint8_t kind_of(const NumberKind& kind);
  std::uint8_t kind_of(const Row& row, const Primitive& primitive);
  void touch(Slot array, std::uint32_t cell, Source number);
  /// The array that an update makes, before it does; false if its elements are not at hand.
  bool prepare_base(const Instruction& instruction);
  std::uint32_t cell_at(Slot slot, std::int64_t offset) const;

  Source kept(Source number);
  void keep_what_is_read_later();
  void add_stores();
  std::uint32_t place(Source number, std::uint32_t fetched_at,
                      const Table<std::uint32_t>& place_of) const;
  void clear();

  const Program& program_;
  Values& values_;
  Steps& steps_;
  Table<Source> numbers_;  // by slot: what it is in this run
  Table<Slot> slots_;      // numbers of this run
  Table<NumberOperation> operations_;
  Table<Source> stored_;  // from, to
  std::vector<NumberKind> kinds_;
  std::vector<std::pair<const Kernel*, std::uint8_t>> kinds_of_rows_;
  std::map<std::pair<std::uint32_t, std::int64_t>, Outside> outside_;  // by storage and offset
  std::unordered_map<std::uint32_t, Source> contents_;                 // of cells, now
  Table<Touched> touched_;
  std::unordered_map<std::uint32_t, std::uint32_t> changed_;  // storages
  std::unordered_map<std::uint64_t, std::uint32_t> constants_;
  std::int64_t constant_line_ = 0;
  std::uint32_t constants_in_line_ = 8;
};

}  // namespace wg
