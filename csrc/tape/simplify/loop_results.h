/// What the rest of a program reads of steps that become a loop.
#pragma once

#include <map>
#include <vector>

#include "tape/simplify/steady_loops.h"

namespace wg::simplify {

/// Operands of a join that steps of a loop make, one step after the other.
struct JoinedSteps {
  std::uint32_t first;  // operand of the join
  std::uint32_t count;  // of steps
  std::uint32_t loop;
  std::uint32_t row;    // of that loop, with what a step gives side by side
  std::int64_t start;   // the first of the steps
  std::int64_t stride;  // 1 or -1, or further
  std::uint32_t width;  // operands of one step

  std::uint32_t end() const { return first + count * width; }
};

/// What a loop gives beside its last state: a value of each step, or several of them joined.
struct LoopRow {
  std::vector<StepValue> values;
  const Primitive* join = nullptr;  // null: it is one value
  Ref<Payload> payload;             // of the join
};

/// Where the rows of a loop have a value.
struct InRow {
  static constexpr std::int64_t whole = -1;

  std::uint32_t row;
  std::int64_t element;
};

/// By loop: what its state holds, and which rows it gives.
struct LoopResults {
  std::vector<StepValue> parts;
  std::vector<Slot> first;  // of the parts: the state before the first step
  std::vector<LoopRow> rows;
  std::map<StepValue, InRow> kept;

  /// UINT32_MAX if it is none.
  std::uint32_t part(const StepValue& value) const;
};

/// Finds out what is read.
class LoopReaders {
 public:
  explicit LoopReaders(const LoopValues& values);

  /// Whether all of it may be kept, and is not read step by step.
  bool are_served() const { return are_served_ && singles_ <= most_singles; }

  std::vector<LoopResults> results;                                // by loop
  std::map<std::uint32_t, std::vector<JoinedSteps>> joined_steps;  // by instruction

 private:
  static constexpr std::size_t most_singles = 4096;  // values that are taken out of rows

  void read_by_loops();
  void read_outside();
  void read_in_join(std::uint32_t i);
  /// Some operands of a join, from one on, that are the same values of steps in a row.
  std::vector<StepValue> block_at(const Instruction& join, std::uint32_t k) const;
  std::optional<JoinedSteps> joined_at(std::uint32_t i, std::uint32_t k);
  void read(Slot slot);
  void keep(std::uint32_t loop, const StepValue& value, Slot slot);
  /// Of steps of which nothing is read: they are there because they may fail, and an operation has
  /// a result.
  void keep_smallest(std::uint32_t loop);
  /// Numbers of one dtype are rows side by side: one place to write to, and to read from.
  void place_in_rows(std::uint32_t loop);

  const LoopValues& values_;
  std::vector<std::map<StepValue, const Type*>> kept_;  // by loop
  bool are_served_ = true;
  std::size_t singles_ = 0;
};

}  // namespace wg::simplify
