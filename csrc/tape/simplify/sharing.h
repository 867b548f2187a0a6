/// Common subexpressions: the same primitive with equal parameters on the same values; and
/// constants of equal bits. Found in flat tables.
#pragma once

#include <span>
#include <vector>

#include "graph/program.h"

namespace wg::simplify {

/// Numbers by hash, in open addressing.
class HashTable {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;

  /// With room for so many, and more as they come.
  explicit HashTable(std::size_t expected);
  /// The next number of that hash, or none; `at` is the hash at first, and then left alone.
  std::uint32_t next(std::uint32_t hash, std::size_t& at) const;
  void insert(std::uint32_t hash, std::uint32_t number);

 private:
  struct Entry {
    std::uint32_t hash = 0, number = none;
  };
  void put(Entry entry);

  Table<Entry> entries_;
  std::size_t count_ = 0;
};

/// An application, to be looked for.
struct Sought {
  const Primitive& primitive;
  const Payload* payload;
  std::span<const Slot> operands;
  bool is_cut;
  std::uint32_t call;
};

/// Instructions that may stand for others like them. What makes a value is mostly followed by what
/// reads it, so the first few instructions whose youngest operand a value is are a list of its own:
/// of a long program that list is in the cache when it is looked at, and a hash's place would not
/// be. Further ones are found by their hash.
class SharedInstructions {
 public:
  /// With room for so many instructions on so many values.
  SharedInstructions(std::size_t instructions, std::size_t values);

  /// The first result of an instruction of the same call that computes this, or UINT32_MAX. What a
  /// checkpoint computes again is not joined with what was computed before: then it would have to
  /// be kept.
  Slot find(const Program& program, const Table<std::uint32_t>& calls, const Sought& sought);
  /// The instruction of this number computes what was last looked for.
  void enter(std::uint32_t instruction);

 private:
  static constexpr std::uint32_t none = HashTable::none;

  bool is_same(const Program& program, const Table<std::uint32_t>& calls, std::uint32_t number,
               const Sought& sought);
  std::uint32_t hash_of(const Sought& sought);
  std::span<const std::int64_t> words_of(const Payload& payload);

  Table<std::uint32_t> first_;  // by value: of the list
  Table<std::uint32_t> next_;   // by instruction
  HashTable others_{8};
  // Of what was last looked for.
  Slot youngest_ = none;
  std::uint32_t last_ = none;  // of the list
  std::uint32_t hash_ = 0;
  bool is_listed_ = false;
  bool has_words_ = false;
  std::vector<std::int64_t> words_, other_words_;
};

/// Constants by their bits.
class SharedConstants {
 public:
  /// The number of an equal constant, or UINT32_MAX.
  std::uint32_t find(const Program& program, const Array& value);
  /// The constant of this number is what was last looked for.
  void enter(std::uint32_t constant) { table_.insert(hash_, constant); }

 private:
  HashTable table_{64};
  std::uint32_t hash_ = 0;
};

}  // namespace wg::simplify
