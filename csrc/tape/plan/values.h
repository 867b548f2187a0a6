/// Where the values of a program are while it is evaluated, and how long: decided ahead, in the
/// order of its instructions.
#pragma once

#include <cassert>
#include <vector>

#include "graph/program.h"
#include "tape/plan/arena.h"
#include "tape/plan/joined.h"
#include "tape/plan/steps.h"

namespace wg {

/// Memory is taken with an operation, and given back with the last use of what lies in it.
class Values {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// A piece of memory in which values lie: several, if one is seen otherwise or written over.
  struct Storage {
    Place place;
    std::int64_t bytes = 0;
    std::uint32_t uses = 0;  // that are still to come, of all values in it
  };
  struct Value {
    std::uint32_t storage = none;
    const Layout* layout = nullptr;
    std::int64_t offset = 0;  // bytes, in the storage
  };

  Values(const Program& program, Steps& steps);

  /// Of one that is placed.
  const Value& operator[](Slot slot) const {
    assert(is_placed(slot));
    return placed_[value_of_[slot]];
  }
  Storage& storage_of(Slot slot) { return storages_[(*this)[slot].storage]; }
  /// The value as kernels see it; without data unless that is constant.
  View view(Slot slot) const;
  Place place(Slot slot) const;

  /// Its type, as it lies.
  Type type(Slot slot) const;
  /// Adds a view of it to those of the steps; gives its number.
  std::uint32_t add_view(Slot slot);
  /// The same of a number that is known, in another dtype.
  std::uint32_t add_view_as(Slot slot, DType dtype);
  /// The same of the first element of a storage, by which others are found.
  std::uint32_t add_view_of(std::uint32_t storage, DType dtype);
  /// The same of a part that lies densely, some bytes from the value's beginning on.
  std::uint32_t add_view_of_part(Slot slot, std::int64_t offset, const Layout* layout);

  /// The value is memory of another, from an element on.
  void alias(Slot slot, Slot of, const Layout* layout, std::int64_t offset);
  /// The value is in memory of its own: a result array, if it is wanted there, its place in what it
  /// will be a part of, else in the arena.
  void make(Slot slot);
  /// The same in the arena, whatever it is wanted for.
  void make_in_arena(Slot slot);
  /// Whether y may be in the memory of x: all that lies there, used for the last time, and where y
  /// is wanted if that is known.
  bool can_take_over(Slot y, Slot x) const;
  /// The value is in the memory of another, which was used for the last time.
  void take_over(Slot slot, Slot from);
  /// The value is one of those in a storage that is there.
  void put(Slot slot, std::uint32_t storage, std::int64_t offset);
  std::uint32_t make_storage(const Storage& storage);

  /// Of one of the slot's uses; what nobody uses any more is given back by `settle`.
  void use(Slot slot);
  std::uint32_t uses_left(Slot slot) const { return uses_left_[slot]; }
  /// The same of a value that is in no storage yet.
  void count_use(Slot slot) { --uses_left_[slot]; }
  void settle();
  bool is_unused(std::uint32_t storage) const { return storages_[storage].uses == 0; }
  void forget_if_unused(std::uint32_t storage) {
    if (is_unused(storage)) unused_.push_back(storage);
  }

  bool is_placed(Slot slot) const { return value_of_[slot] != none; }
  /// Whether it is known where the value will be wanted.
  bool has_place(Slot slot) const { return result_of_[slot] != none || is_part(slot); }
  /// Whether the value is all that lies in a storage of the arena, in C order.
  bool is_whole(Slot slot) const;
  /// The layout of a slot's type, in C order.
  const Layout* dense_layout(Slot slot);
  /// Keeps a layout as long as the steps.
  const Layout* keep(Ref<Layout> layout);
  std::int64_t bytes_of(Slot slot) const;
  Arena& arena() { return arena_; }

 private:
  void find_places_of_results();
  bool is_part(Slot slot) const { return !part_of_.empty() && part_of_[slot] != none; }
  void bind(const Place& place);
  void set(Slot slot, const Value& value);

  const Program& program_;
  Steps& steps_;
  Arena arena_;
  Table<std::uint32_t> value_of_;  // by slot, in placed_: most numbers never are in a place
  Table<Value> placed_;
  Table<Storage> storages_;
  Table<std::uint32_t> uses_left_;  // by slot
  Table<std::uint32_t> result_of_;  // by slot
  Table<Joined> parts_;
  Table<std::uint32_t> part_of_;  // by slot, in those; empty if there are none
  Table<std::uint32_t> unused_;   // storages
};

}  // namespace wg
