#include "tape/simplify/past_stores.h"

#include <algorithm>
#include <unordered_set>

#include "primitives/indexing.h"
#include "tape/simplify/stores.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t nobody = UINT32_MAX;

/// How many integers an index begins with.
int leading_integers(const Dims& index) {
  int count = 0;
  while (2 * count < index.size() && index[2 * count] == basic_index::integer) ++count;
  return count;
}

/// The number of the place that so many leading integers name.
std::int64_t place_of(const Dims& index, int count, std::span<const std::int64_t> shape) {
  std::int64_t place = 0;
  for (int k = 0; k < count; ++k) {
    place = place * shape[static_cast<std::size_t>(k)] + index[2 * k + 1];
  }
  return place;
}

class PastStores {
 public:
  explicit PastStores(Program& program) : program_(program) {}

  bool run() {
    find_readers();
    bool is_any = false;
    for (const std::uint32_t store : first_) is_any |= pass(store);
    return is_any;
  }

 private:
  Slot& base_of(std::uint32_t i) {
    return program_.operands[program_.instructions[i].first_operand];
  }

  void find_readers() {
    store_of_.assign(program_.types.size(), nobody);
    for (std::uint32_t i = 0; i < program_.instructions.size(); ++i) {
      const Instruction& own = program_.instructions[i];
      const bool is_slice = own.primitive == &structural_row_of<Slice>;
      const bool is_store = own.primitive == &structural_row_of<SetAtSlice> && !own.is_cut;
      if (!is_slice && !is_store) continue;
      const std::uint32_t before = store_of_[base_of(i)];
      if (is_slice) {
        if (before != nobody) stores_[before].slices.push_back(i);
        continue;
      }
      const auto number = static_cast<std::uint32_t>(stores_.size());
      if (before == nobody) {
        first_.push_back(number);
      } else {
        stores_[before].next = number;
      }
      store_of_[own.result] = number;
      stores_.push_back({i, nobody, {}});
    }
  }

  /// Has slices read past a chain of stores that begins with this one.
  bool pass(std::uint32_t first) {
    const Dims& index = index_of(program_.instructions[stores_[first].instruction]);
    const int count = leading_integers(index);
    const Slot before = base_of(stores_[first].instruction);
    const auto shape = program_.types[before].shape();
    if (count == 0) return false;
    std::unordered_set<std::int64_t> stored;
    std::vector<std::uint32_t> slices;
    for (std::uint32_t number = first; number != nobody; number = stores_[number].next) {
      const Store& own = stores_[number];
      const Instruction& store = program_.instructions[own.instruction];
      if (leading_integers(index_of(store)) < count) return false;
      // Nobody else reads what it makes.
      if (program_.uses[store.result] != own.slices.size() + (own.next != nobody)) return false;
      stored.insert(place_of(index_of(store), count, shape));
      for (const std::uint32_t slice : own.slices) {
        const auto& taken =
            parameters_of<Slice>(program_.instructions[slice].payload.pointer()).index;
        if (leading_integers(taken) < count || stored.contains(place_of(taken, count, shape)))
          return false;
        slices.push_back(slice);
      }
    }
    for (const std::uint32_t slice : slices) base_of(slice) = before;
    return !slices.empty();
  }

  struct Store {
    std::uint32_t instruction;
    std::uint32_t next;                 // that goes on from it
    std::vector<std::uint32_t> slices;  // of what it makes
  };

  Program& program_;
  std::vector<Store> stores_;
  std::vector<std::uint32_t> first_;  // of each chain
  Table<std::uint32_t> store_of_;     // by slot
};

}  // namespace

bool read_past_stores(Program& program) {
  const bool has_stores = std::ranges::any_of(program.instructions, [](const Instruction& own) {
    return own.primitive == &structural_row_of<SetAtSlice>;
  });
  return has_stores && PastStores(program).run();
}

}  // namespace wg::simplify
