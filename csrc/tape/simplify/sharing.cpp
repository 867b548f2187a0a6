#include "tape/simplify/sharing.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace wg::simplify {
namespace {

/// Of constants that are compared; larger ones are told by address.
constexpr std::int64_t compared_elements = 512;
/// Instructions with the same youngest operand that are in its list.
constexpr int most_listed = 8;

/// A hash that numbers are added to.
class Mixed {
 public:
  void add(std::uint64_t number) {
    state_ = (std::rotl(state_, 29) ^ number) * 0x9e3779b97f4a7c15u;
  }
  std::uint32_t hash() const { return static_cast<std::uint32_t>(state_ ^ state_ >> 32); }

 private:
  std::uint64_t state_ = 0;
};

/// Whether all elements are in one place.
bool is_in_one_place(const Array& x) {
  return x.size() > 0 && std::ranges::all_of(x.layout().strides(), [](auto n) { return n == 0; });
}

/// Of what is compared.
std::size_t compared_bytes(const Array& x) {
  return static_cast<std::size_t>(is_in_one_place(x) ? 1 : x.size()) * item_size(x.dtype());
}

/// Whether the elements can be compared: memory of the caller's may change.
bool is_compared(const Array& x) {
  return !x.is_borrowed() &&
         (is_in_one_place(x) || (x.is_dense() && x.size() <= compared_elements));
}

}  // namespace

HashTable::HashTable(std::size_t expected)
    : entries_(std::bit_ceil(2 * std::max<std::size_t>(expected, 8))) {}

std::uint32_t HashTable::next(std::uint32_t hash, std::size_t& at) const {
  const std::size_t mask = entries_.size() - 1;
  while (true) {
    const Entry& entry = entries_[at & mask];
    if (entry.number == none) return none;
    ++at;
    if (entry.hash == hash) return entry.number;
  }
}

void HashTable::insert(std::uint32_t hash, std::uint32_t number) {
  if (2 * ++count_ > entries_.size()) {
    Table<Entry> old(2 * entries_.size());
    std::swap(old, entries_);
    for (const Entry& entry : old) {
      if (entry.number != none) put(entry);
    }
  }
  put({hash, number});
}

void HashTable::put(Entry entry) {
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = entry.hash & mask;
  while (entries_[at].number != none) at = (at + 1) & mask;
  entries_[at] = entry;
}

SharedInstructions::SharedInstructions(std::size_t instructions, std::size_t values) {
  next_.reserve(instructions);
  first_.reserve(values);
}

Slot SharedInstructions::find(const Program& program, const Table<std::uint32_t>& calls,
                              const Sought& sought) {
  has_words_ = false;
  int length = sought.operands.empty() ? most_listed : 0;
  if (length == 0) {
    youngest_ = std::ranges::max(sought.operands);
    if (first_.size() <= youngest_) first_.resize(youngest_ + 1, none);
    last_ = none;
    for (std::uint32_t number = first_[youngest_]; number != none && length < most_listed;
         number = next_[number], ++length) {
      if (is_same(program, calls, number, sought)) return program.instructions[number].result;
      last_ = number;
    }
  }
  is_listed_ = length < most_listed;
  if (is_listed_) return none;
  hash_ = hash_of(sought);
  std::size_t at = hash_;
  for (std::uint32_t number; (number = others_.next(hash_, at)) != none;) {
    if (is_same(program, calls, number, sought)) return program.instructions[number].result;
  }
  return none;
}

void SharedInstructions::enter(std::uint32_t instruction) {
  if (!is_listed_) return others_.insert(hash_, instruction);
  next_.resize(instruction + 1, none);
  (last_ == none ? first_[youngest_] : next_[last_]) = instruction;
}

std::uint32_t SharedInstructions::hash_of(const Sought& sought) {
  Mixed mixed;
  mixed.add(reinterpret_cast<std::uintptr_t>(&sought.primitive));
  mixed.add(std::uint64_t{sought.call} << 1 | sought.is_cut);
  for (const Slot slot : sought.operands) mixed.add(slot);
  if (sought.payload) {
    for (const std::int64_t word : words_of(*sought.payload)) {
      mixed.add(static_cast<std::uint64_t>(word));
    }
  }
  return mixed.hash();
}

/// Of the payload that is looked for: made once, and only where they are needed.
std::span<const std::int64_t> SharedInstructions::words_of(const Payload& sought) {
  if (!has_words_) {
    words_.clear();
    sought.words(words_, Constants::count);
    has_words_ = true;
  }
  return words_;
}

bool SharedInstructions::is_same(const Program& program, const Table<std::uint32_t>& calls,
                                 std::uint32_t number, const Sought& sought) {
  const Instruction& instruction = program.instructions[number];
  const Payload* payload = instruction.payload.pointer();
  if (instruction.primitive != &sought.primitive || instruction.is_cut != sought.is_cut ||
      !payload != !sought.payload || (calls.empty() ? 0u : calls[number]) != sought.call ||
      !std::ranges::equal(program.operands_of(instruction), sought.operands)) {
    return false;
  }
  if (payload == sought.payload) return true;
  other_words_.clear();
  payload->words(other_words_, Constants::count);
  return std::ranges::equal(words_of(*sought.payload), other_words_);
}

std::uint32_t SharedConstants::find(const Program& program, const Array& value) {
  const bool has_elements = is_compared(value);
  Mixed mixed;
  mixed.add(static_cast<std::uint64_t>(value.dtype()) << 8 | value.is_weak());
  for (const std::int64_t n : value.shape()) mixed.add(static_cast<std::uint64_t>(n));
  if (has_elements) {
    const std::size_t bytes = compared_bytes(value);
    for (std::size_t i = 0; i < bytes; i += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, value.data() + i, std::min<std::size_t>(8, bytes - i));
      mixed.add(word);
    }
  } else {
    mixed.add(reinterpret_cast<std::uintptr_t>(value.data()));
  }
  hash_ = mixed.hash();
  std::size_t at = hash_;
  for (std::uint32_t number; (number = table_.next(hash_, at)) != HashTable::none;) {
    const Array& other = program.constants[number].second;
    if (other.dtype() != value.dtype() || other.is_weak() != value.is_weak() ||
        !std::ranges::equal(other.shape(), value.shape()) || is_compared(other) != has_elements ||
        is_in_one_place(other) != is_in_one_place(value)) {
      continue;
    }
    const bool is_equal =
        has_elements ? std::memcmp(other.data(), value.data(), compared_bytes(value)) == 0
                     : other.data() == value.data() &&
                           std::ranges::equal(other.layout().strides(), value.layout().strides());
    if (is_equal) return number;
  }
  return HashTable::none;
}

}  // namespace wg::simplify
