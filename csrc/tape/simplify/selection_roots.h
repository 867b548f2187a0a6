/// Where a program selects some elements of an axis.
#pragma once

#include <vector>

#include "graph/program.h"
#include "tape/simplify/basic_items.h"
#include "tape/simplify/kept_axes.h"

namespace wg::simplify {

/// Some elements of an axis of `n`: those that an index names, or those of a run.
struct Selection {
  static constexpr Slot none = UINT32_MAX;

  Slot index = none;
  Run run{0, 0, 1, false};
  std::int64_t n = 0, count = 0;
};

/// What is wanted of a value: nothing, all of it, or a selection of one axis.
struct Wanted {
  enum class What : std::uint8_t { nothing, all, some };
  What what = What::nothing;
  std::uint32_t selection = 0;
  Axis axis = 0;

  bool is_some() const { return what == What::some; }
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

inline constexpr Wanted all{Wanted::What::all, 0, 0};

/// Gathers and slices, each with the selection that it wants of its operand, if that may be taken
/// of what the operand is made of instead.
struct SelectionRoots {
  std::vector<Selection> selections;
  Table<Wanted> wanted;  // by instruction: nothing for most

  /// Those that take at most three quarters of an axis.
  explicit SelectionRoots(const Program& program);
};

}  // namespace wg::simplify
