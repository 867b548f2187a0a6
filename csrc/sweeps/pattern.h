/// Which inputs each element depends on: sets of columns, shared by the elements that have them in
/// common.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/memory.h"

namespace wg {

/// Rows of ascending column numbers.
struct Rows {
  Table<std::int64_t> starts{0};
  Table<std::int32_t> columns;

  std::size_t size() const { return starts.size() - 1; }
  std::span<const std::int32_t> operator[](std::size_t row) const {
    return {columns.data() + starts[row], static_cast<std::size_t>(starts[row + 1] - starts[row])};
  }
  /// What was appended to `columns` becomes the next row.
  void close_row() { starts.push_back(static_cast<std::int64_t>(columns.size())); }
};

/// The same non-zeros by column: rows of ascending row numbers.
Rows transposed(const Rows& rows, std::size_t columns);

/// The sets of an array's elements. The set with number 0 is empty. What is shared is not changed.
struct Pattern {
  std::shared_ptr<Rows> sets;
  Table<std::uint32_t> of;  // an element's set

  std::span<const std::int32_t> operator[](std::size_t element) const {
    return (*sets)[of[element]];
  }
};

using SharedPattern = std::shared_ptr<Pattern>;

/// Thrown where a pattern turns out to have more entries than are of use.
struct TooDense {};

/// Makes sets that are unions of others.
class Unions {
 public:
  /// Of sets of columns below a number; with at most so many members in all.
  Unions(std::int64_t columns, std::size_t most) : columns_(columns), most_(most) {
    sets_.close_row();
  }

  /// The number of the union of two sets.
  std::uint32_t of_two(std::span<const std::int32_t> a, std::span<const std::int32_t> b);
  /// To the union that is being made.
  void add(std::span<const std::int32_t> set);
  /// Its number; the next one begins.
  std::uint32_t close();
  std::span<const std::int32_t> operator[](std::uint32_t set) const { return sets_[set]; }
  /// The sets so far, which are taken away.
  std::shared_ptr<Rows> take() { return std::make_shared<Rows>(std::move(sets_)); }

 private:
  /// Of the set that was just closed.
  std::uint32_t number() const {
    if (sets_.columns.size() > most_) throw TooDense();
    return static_cast<std::uint32_t>(sets_.size() - 1);
  }

  std::int64_t columns_;
  std::size_t most_;
  Rows sets_;
  bool is_ascending_ = true;
  std::size_t begin_ = 0;            // where the union that is being made starts
  std::vector<std::uint32_t> seen_;  // by column: the last union that has it, counted from 1
};

}  // namespace wg
