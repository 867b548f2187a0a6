#include "tape/simplify/repeats.h"

#include <algorithm>
#include <bit>

#include "primitives/indexing.h"
#include "tape/simplify/draft.h"
#include "tape/simplify/sharing.h"

namespace wg::simplify {
namespace {

constexpr std::uint32_t fewest_times = 4;  // that a repeat is worth a loop
constexpr std::uint32_t context = 8;       // instructions by which a place is known again
constexpr std::size_t most_periods = 12;   // that are tried

std::uint64_t mixed(std::uint64_t hash, std::uint64_t number) {
  return (std::rotl(hash, 29) ^ number) * 0x9e3779b97f4a7c15u;
}

std::uint32_t folded(std::uint64_t hash) { return static_cast<std::uint32_t>(hash ^ hash >> 32); }

/// Numbers of what instructions do: the primitive, its parameters, the types of values.
class Kinds {
 public:
  explicit Kinds(const Program& program)
      : program_(program), types_(64), instructions_(64), type_of_(program.types.size()) {
    for (Slot slot = 0; slot < program.types.size(); ++slot) type_of_[slot] = type_number(slot);
  }

  /// By instruction. One before which something is read is like no other.
  Table<std::uint32_t> run() {
    const auto count = static_cast<std::uint32_t>(program_.instructions.size());
    Table<std::uint32_t> kinds(count);
    for (std::uint32_t i = 0; i < count; ++i) kinds[i] = number(i);
    for (const Reading& reading : program_.readings) {
      if (reading.before < count) kinds[reading.before] = count + reading.before;
    }
    return kinds;
  }

 private:
  /// The first slot of that type.
  std::uint32_t type_number(Slot slot) {
    const Type& type = program_.types[slot];
    std::uint64_t hash = static_cast<std::uint64_t>(type.dtype) << 1 | type.is_weak;
    for (const std::int64_t n : type.shape()) hash = mixed(hash, static_cast<std::uint64_t>(n));
    std::size_t at = folded(hash);
    for (Slot other; (other = types_.next(folded(hash), at)) != HashTable::none;) {
      if (is_same_type(program_.types[other], type)) return other;
    }
    types_.insert(folded(hash), slot);
    return slot;
  }

  /// The first instruction of that kind.
  std::uint32_t number(std::uint32_t i) {
    const Instruction& own = program_.instructions[i];
    if (own.primitive->is_compound) return i;
    std::uint64_t hash = reinterpret_cast<std::uintptr_t>(own.primitive);
    hash = mixed(hash, std::uint64_t{own.operand_count} << 1 | own.is_cut);
    hash = mixed(hash, type_of_[own.result]);
    for (const Slot slot : program_.operands_of(own)) hash = mixed(hash, type_of_[slot]);
    words_.clear();
    add_words(own, words_);
    for (const std::int64_t word : words_) hash = mixed(hash, static_cast<std::uint64_t>(word));
    std::size_t at = folded(hash);
    for (std::uint32_t k; (k = instructions_.next(folded(hash), at)) != HashTable::none;) {
      if (is_alike(program_.instructions[k], own)) return k;
    }
    instructions_.insert(folded(hash), i);
    return i;
  }

  bool is_alike(const Instruction& one, const Instruction& two) {
    if (one.primitive != two.primitive || one.is_cut != two.is_cut ||
        type_of_[one.result] != type_of_[two.result]) {
      return false;
    }
    const auto of_one = program_.operands_of(one), of_two = program_.operands_of(two);
    const auto type = [&](Slot slot) { return type_of_[slot]; };
    if (!std::ranges::equal(of_one, of_two, {}, type, type)) return false;
    other_words_.clear();
    add_words(one, other_words_);
    return words_ == other_words_;
  }

  static void add_words(const Instruction& own, std::vector<std::int64_t>& words) {
    if (!own.payload) return;
    own.payload->words(words, Constants::count);
    if (first_integer(own) < 0) return;
    const auto index = parameters_of<Slice>(own.payload.pointer()).index;
    words.assign(index.begin() + 2, index.end());
  }

  const Program& program_;
  HashTable types_, instructions_;
  Table<std::uint32_t> type_of_;  // by slot: the first of its type
  std::vector<std::int64_t> words_, other_words_;
};

/// The distances at which a place is found again, most frequent first.
std::vector<std::uint32_t> likely_periods(const Table<std::uint32_t>& kinds) {
  const auto count = static_cast<std::uint32_t>(kinds.size());
  Table<std::uint32_t> distances;
  Table<std::uint32_t> last(std::bit_ceil(2 * kinds.size()), UINT32_MAX);  // by hash: any will do
  for (std::uint32_t i = context; i < count; ++i) {
    std::uint64_t hash = 0;
    for (std::uint32_t k = i - context; k <= i; ++k) hash = mixed(hash, kinds[k]);
    std::uint32_t& before = last[folded(hash) & (last.size() - 1)];
    if (before != UINT32_MAX) distances.push_back(i - before);
    before = i;
  }
  std::ranges::sort(distances);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> found;  // how often, which
  for (std::size_t k = 0; k < distances.size();) {
    std::size_t end = k;
    while (end < distances.size() && distances[end] == distances[k]) ++end;
    found.emplace_back(static_cast<std::uint32_t>(end - k), distances[k]);
    k = end;
  }
  std::ranges::sort(found, std::greater());
  std::vector<std::uint32_t> periods;
  for (const auto& [times, distance] : found) {
    if (periods.size() < most_periods && times + 1 >= fewest_times) periods.push_back(distance);
  }
  return periods;
}

}  // namespace

std::int64_t first_integer(const Instruction& instruction) {
  if (instruction.primitive != &structural_row_of<Slice>) return -1;
  const Dims& index = parameters_of<Slice>(instruction.payload.pointer()).index;
  return index.size() > 0 && index[0] == basic_index::integer ? index[1] : -1;
}

std::vector<Repeat> repeats_in(const Program& program, std::uint32_t least) {
  if (program.instructions.size() < least) return {};
  const Table<std::uint32_t> kinds = Kinds(program).run();
  const auto count = static_cast<std::uint32_t>(kinds.size());
  std::vector<Repeat> all;
  for (const std::uint32_t period : likely_periods(kinds)) {
    for (std::uint32_t i = period; i < count; ++i) {
      const std::uint32_t first = i;
      while (i < count && kinds[i] == kinds[i - period]) ++i;
      const std::uint32_t length = i - first + period;
      if (length >= std::max(least, fewest_times * period))
        all.push_back({first - period, period, length / period});
    }
  }
  // The longest, and of those the ones of the shortest period.
  std::ranges::sort(all, [](const Repeat& one, const Repeat& two) {
    const std::uint32_t a = one.period * one.count, b = two.period * two.count;
    return a != b ? a > b : one.period < two.period;
  });
  std::vector<Repeat> apart;
  for (const Repeat& own : all) {
    const bool meets = std::ranges::any_of(apart, [&](const Repeat& other) {
      return own.first < other.end() && other.first < own.end();
    });
    if (!meets) apart.push_back(own);
  }
  std::ranges::sort(apart, {}, &Repeat::first);
  return apart;
}

}  // namespace wg::simplify
